"""From a page's bytes to its story: pure functions, no I/O.

    article = extract(body, "https://www.example.com/markets/story", content_type="text/html; charset=utf-8")
    clean = clean_text(scraped)

The same bytes and the same rules give the same article, in any order and in any process. What cleans is imported when
it is first asked for: a run's own process hands pages to others, and only names the rules.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from broadtape.cleaning.extractor import extractor_id
    from broadtape.cleaning.pipeline import extract
    from broadtape.cleaning.plain_text import clean_text

__all__ = ["clean_text", "extract", "extractor_id"]

_HOMES = {
    "clean_text": "broadtape.cleaning.plain_text",
    "extract": "broadtape.cleaning.pipeline",
    "extractor_id": "broadtape.cleaning.extractor",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'broadtape.cleaning' has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return value
