"""The parts of a backfill: a recording read, its pages asked about and written into segments."""
