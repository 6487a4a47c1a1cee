"""What cleaning makes of real pages beside trafilatura: quality, speed, and what was lost by which rule."""
