"""Places that keep objects: a folder, or S3 and what speaks it."""
