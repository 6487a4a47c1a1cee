"""From a page's bytes to its story: pure functions, no I/O."""
