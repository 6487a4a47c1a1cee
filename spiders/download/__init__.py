"""Responses: how they are had, what they mean, how they are written down as WARC."""
