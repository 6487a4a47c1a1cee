"""The financial-news archive: crawl, clean and keep every revision, with the raw page it came from.

    corpus = broadtape.open("s3://bucket/news")
    for article in corpus.articles(ticker="AAPL", as_of=datetime(2026, 11, 23, 14, tzinfo=UTC)):
        print(article.published_at, article.title)

    article = broadtape.extract(html, "https://www.example.com/markets/story")
    clean = broadtape.clean_text(scraped)

Names are imported when they are first used, so that `import broadtape` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from broadtape.version import __version__

if TYPE_CHECKING:
    from broadtape.article import Article, CleanText
    from broadtape.cleaning import clean_text, extract
    from broadtape.corpus import Corpus, open  # noqa: A004 - `broadtape.open` reads as what it does
    from broadtape.errors import BroadtapeError, NotAnArticle
    from broadtape.site import Site

__all__ = [
    "Article",
    "BroadtapeError",
    "CleanText",
    "Corpus",
    "NotAnArticle",
    "Site",
    "__version__",
    "clean_text",
    "extract",
    "open",
]


_HOMES = {
    "Article": "broadtape.article",
    "BroadtapeError": "broadtape.errors",
    "CleanText": "broadtape.article",
    "Corpus": "broadtape.corpus",
    "NotAnArticle": "broadtape.errors",
    "Site": "broadtape.site",
    "clean_text": "broadtape.cleaning",
    "extract": "broadtape.cleaning",
    "open": "broadtape.corpus",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'broadtape' has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
