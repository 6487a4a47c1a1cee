"""Where things are kept: objects in a folder or on S3, WARC files, and the tables made from them.

Names are imported when they are first used: the crawl, which only writes WARC, loads neither Delta nor Polars.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadtape.lazy_names import lazily

if TYPE_CHECKING:
    from broadtape.archive.archive import Archive
    from broadtape.archive.decisions import Decision
    from broadtape.archive.delta.queries import sql_text, sql_time
    from broadtape.archive.delta.schema import TABLES, TableName, article_of, capture_of
    from broadtape.archive.info import ArchiveInfo
    from broadtape.archive.leases import Lease

__all__ = [
    "TABLES",
    "Archive",
    "ArchiveInfo",
    "Decision",
    "Lease",
    "TableName",
    "article_of",
    "capture_of",
    "sql_text",
    "sql_time",
]

__getattr__ = lazily(
    __name__,
    {
        "Archive": "archive",
        "ArchiveInfo": "info",
        "Decision": "decisions",
        "Lease": "leases",
        "TABLES": "delta.schema",
        "TableName": "delta.schema",
        "article_of": "delta.schema",
        "capture_of": "delta.schema",
        "sql_text": "delta.queries",
        "sql_time": "delta.queries",
    },
)
