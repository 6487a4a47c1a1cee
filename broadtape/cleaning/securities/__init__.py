"""Securities that a story names, in its text and in links to quote pages."""
