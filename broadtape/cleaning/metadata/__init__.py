"""Facts of a story: title, authors, times, language, editorial flags, and where each one stands."""
