"""From a reader's question to rows: what is asked, which version of each article counts, what is read for it."""
