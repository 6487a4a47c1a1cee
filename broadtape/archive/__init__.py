"""Where things are kept: objects in a folder or on S3, WARC files, and the tables made from them."""

from __future__ import annotations

from broadtape.archive.archive import Archive
from broadtape.archive.decisions import Decision
from broadtape.archive.info import ArchiveInfo
from broadtape.archive.leases import Lease
from broadtape.archive.reading import reading
from broadtape.archive.schema import TABLES, TableName, article_of, capture_of

__all__ = ["TABLES", "Archive", "ArchiveInfo", "Decision", "Lease", "TableName", "article_of", "capture_of", "reading"]
