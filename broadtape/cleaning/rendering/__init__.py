"""A tree as its reader sees it: lines, rows of tables, marks inside sentences, one of two twins."""
