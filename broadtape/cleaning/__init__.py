"""From a page's bytes to its story: pure functions, no I/O.

    article = extract(body, "https://www.example.com/markets/story", content_type="text/html; charset=utf-8")
    clean = clean_text(scraped)

The same bytes and the same rules give the same article, in any order and in any process.
"""

from __future__ import annotations

from broadtape.cleaning.pipeline import extract, extractor_id
from broadtape.cleaning.plain_text import clean_text

__all__ = ["clean_text", "extract", "extractor_id"]
