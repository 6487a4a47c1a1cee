"""A simulated year of an archive that outlets are crawled into by the hour: what grows, and how fast."""
