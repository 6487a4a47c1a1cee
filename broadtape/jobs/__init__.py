"""What is done to an archive, each operation once: plain functions that the command and the flows call."""
