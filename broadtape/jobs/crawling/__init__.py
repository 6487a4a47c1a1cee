"""The parts of a run that crawls: its order, what it publishes meanwhile, how each outlet ends."""
