"""Indexes of sitemaps: which of them to read, in what order, how many in a run, and what is left for the next."""
