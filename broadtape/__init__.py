"""The financial-news archive: crawl, clean and keep every revision, with the raw page it came from.

    corpus = broadtape.open("s3://bucket/news")
    for article in corpus.articles(ticker="AAPL", as_of=datetime(2026, 11, 23, 14, tzinfo=UTC)):
        print(article.published_at, article.title)

    article = broadtape.extract(html, "https://www.example.com/markets/story")
    clean = broadtape.clean_text(scraped)

Names are imported when they are first used, so that `import broadtape` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadtape.lazy_names import lazily
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


__getattr__ = lazily(
    __name__,
    {
        "Article": "article",
        "BroadtapeError": "errors",
        "CleanText": "article",
        "Corpus": "corpus",
        "NotAnArticle": "errors",
        "Site": "site",
        "clean_text": "cleaning",
        "extract": "cleaning",
        "open": "corpus",
    },
)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
