"""A page as a tree, and what it says of itself: charset, head, JSON-LD, the outlet's selectors."""
