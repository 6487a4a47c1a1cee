"""What an article is, how it shows itself, the time that it goes by, and how articles are written to a file."""

from broadtape.article.model import (
    Article,
    CleanText,
    Column,
    OutsideRegion,
    PublishedPrecision,
    PublishedSource,
    RemovedLine,
    Ticker,
    column,
)

__all__ = [
    "Article",
    "CleanText",
    "Column",
    "OutsideRegion",
    "PublishedPrecision",
    "PublishedSource",
    "RemovedLine",
    "Ticker",
    "column",
]
