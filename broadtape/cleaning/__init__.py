"""From a page's bytes to its story: pure functions, no I/O.

    article = extract(body, "https://www.example.com/markets/story", content_type="text/html; charset=utf-8")
    clean = clean_text(scraped)

The same bytes and the same rules give the same article, in any order and in any process. What cleans is imported when
it is first asked for: a run's own process hands pages to others, and only names the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadtape.lazy_names import lazily

if TYPE_CHECKING:
    from broadtape.cleaning.extractor import extractor_id
    from broadtape.cleaning.pipeline import extract
    from broadtape.cleaning.plain_text import clean_text

__all__ = ["clean_text", "extract", "extractor_id"]

__getattr__ = lazily(
    __name__,
    {
        "clean_text": "plain_text",
        "extract": "pipeline",
        "extractor_id": "extractor",
    },
)
