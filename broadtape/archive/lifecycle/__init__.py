"""What becomes of what is kept: compaction, vacuum, takedown, verification."""
