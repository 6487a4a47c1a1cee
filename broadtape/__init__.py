"""broadtape: the financial-news archive that keeps every revision, with the raw page and the moment it could be read."""
