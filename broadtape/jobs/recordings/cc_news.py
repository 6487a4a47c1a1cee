"""Common Crawl's news by its own layout: `crawl-data/CC-NEWS/YYYY/MM/warc.paths.gz` names the files of a month.

https://commoncrawl.org/blog/news-dataset-available; anybody's copy of it is laid out so, too.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from broadtape.archive.recordings import Access, Recording
from broadtape.errors import ObjectMissing, UsageError
from broadtape.times import utcnow

__all__ = ["COMMON_CRAWL", "news_files"]

COMMON_CRAWL = "https://data.commoncrawl.org"
"""Where everybody may read it: of the bucket, only who has an account with AWS may."""
_LISTING = "crawl-data/CC-NEWS/{:%Y/%m}/warc.paths.gz"
_PACKED, _UNPACKED = 16 * 2**20, 64 * 2**20
"""Bytes of a month's listing; real ones unpack to some 50 KB."""
_MONTHS = 1200
_BEGUN = re.compile(r"(?<!\d)(\d{14})(?!\d)")
"""The time in a file's name at which it was begun: `CC-NEWS-20260301000123-00001.warc.gz`."""


def news_files(
    root: str,
    since: datetime,
    until: datetime | None,
    access: Access,
    suffixes: tuple[str, ...],
    unread: dict[str, str],
) -> Iterator[Recording]:
    """The files that were begun since then, and before `until`, in the order of their months' listings.

    Months without a listing, and lines of one that name no file below `root`, go to `unread`. Raises UsageError where
    no month has any, StoreError where a listing cannot be had.
    """
    end, root = until or utcnow(), root.rstrip("/")
    months = list(_months(since, end))
    for month in months:
        address = f"{root}/{_LISTING.format(month)}"
        try:
            lines = _lines(Recording(address, access=access))
        except (ObjectMissing, FileNotFoundError):
            unread[address] = f"{address}: there is no listing of this month."
            continue
        paths = [line for line in lines if _is_file(line, suffixes)]
        if odd := [line for line in lines if not _is_file(line, suffixes)]:
            unread[address] = f"{address}: {len(odd):,} lines name no recording, such as {odd[0][:100]!r}."
        yield from (Recording(f"{root}/{path}", access=access) for path in paths if _within(path, since, end))
    if len(unread) >= len(months) and all(each.endswith("of this month.") for each in unread.values()):
        raise UsageError(f"{next(iter(unread.values()), 'No month lies between --since and --until.')}")


def _months(since: datetime, end: datetime) -> Iterator[datetime]:
    month = datetime(since.year, since.month, 1, tzinfo=UTC)
    for _ in range(_MONTHS):
        if month >= end:
            return
        yield month
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    raise UsageError(f"--since {since:%Y-%m-%d}: that is more than {_MONTHS} months ago.")


def _lines(listing: Recording) -> list[str]:
    packed = listing.read(_PACKED)
    try:
        with gzip.open(io.BytesIO(packed)) as file:
            text = file.read(_UNPACKED + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UsageError(f"{listing.address}: is no packed listing: {error}.") from None
    if len(text) > _UNPACKED:
        raise UsageError(f"{listing.address}: unpacks to more than {_UNPACKED:,} bytes, which no listing does.")
    return [line.strip() for line in text.decode("utf-8", "replace").splitlines() if line.strip()]


def _is_file(path: str, suffixes: tuple[str, ...]) -> bool:
    """Whether a line names a recording below the root, and nothing outside of it."""
    return path.lower().endswith(suffixes) and "://" not in path and not {"", ".", ".."} & set(path.split("/"))


def _within(path: str, since: datetime, end: datetime) -> bool:
    stamp = _BEGUN.search(path.rpartition("/")[2])
    try:
        begun = datetime.strptime(stamp[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if stamp else None
    except ValueError:
        begun = None
    return begun is None or since <= begun < end
