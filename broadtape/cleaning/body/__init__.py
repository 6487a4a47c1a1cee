"""From a tree to the story's lines: the root that holds it, furniture taken out, text read."""
