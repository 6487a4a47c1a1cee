"""A listing's bytes to what it lists: unpacked, decoded, taken apart, entry by entry, and how far it was read."""
