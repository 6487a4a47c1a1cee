"""Which recordings a backfill is to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from broadtape.archive.recordings import Access, Recording, recordings_below
from broadtape.errors import UsageError
from broadtape.jobs.recordings.cc_news import COMMON_CRAWL, news_files

__all__ = ["CC_NEWS", "COMMON_CRAWL", "SUFFIXES", "Found", "Origin", "recordings"]

SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wacz")
"""What a recording in a folder is called; a file that is named itself may be called anything."""
CC_NEWS = "cc-news"
"""What is named for Common Crawl's news, month by month."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where recordings lie, as far as their names do not tell. Times are aware."""

    access: Access = field(default_factory=Access)
    since: datetime | None = None
    until: datetime | None = None
    """Of `cc-news`: files begun from then on, and before then; now where not given."""
    root: str = COMMON_CRAWL
    """Of `cc-news`: what its path listings are relative to: a web address, `s3://bucket/prefix` or a folder."""
    again: bool = False
    """Whether what lies elsewhere is read although it was read to its end before."""

    @classmethod
    def of(cls, *, endpoint: str | None, anonymous: bool, **rest: Any) -> Self:
        """As a call says it."""
        return cls(Access(endpoint, anonymous), **rest)


@dataclass(slots=True)
class Found:
    """The recordings, each once, in their order, and what of a listing could not be read: its name and why."""

    files: list[Recording] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)


def recordings(named: Sequence[str], origin: Origin = Origin()) -> Found:
    """What is named: files, folders and what lies below them by name, `s3://…` likewise, web addresses, `cc-news`.

    Raises UsageError where a name leads to none at all, and StoreError where it cannot be found out.
    """
    if (origin.since or origin.until) and CC_NEWS not in named:
        raise UsageError(f"--since and --until choose among the files of {CC_NEWS}, which is not named.")
    found = Found()
    every = dict.fromkeys(each for name in named for each in _named(name, origin, found.unread))
    found.files = list(every)
    return found


def _named(name: str, origin: Origin, unread: dict[str, str]) -> Iterator[Recording]:
    if name == CC_NEWS and (origin.since or not Path(name).exists()):
        if origin.since is None:
            raise UsageError(f"{CC_NEWS} needs --since, such as --since 2026-03-01: some 400 GB are listed a month.")
        yield from news_files(origin.root, origin.since, origin.until, origin.access, SUFFIXES, unread)
    elif name.startswith(("http://", "https://")):
        yield Recording(name)
    elif name.startswith("s3://"):
        yield from _objects(name, origin.access)
    else:
        yield from _under(Path(name))


def _objects(address: str, access: Access) -> Iterator[Recording]:
    found = list(recordings_below(address, access))
    if [each.address for each in found] == [address]:
        yield from found
        return
    chosen = [each for each in found if each.name.lower().endswith(SUFFIXES)]
    if not chosen:
        raise UsageError(f"{address}: there is no such object, nor a recording below it; expected {_expected()}.")
    yield from chosen


def _under(path: Path) -> Iterator[Recording]:
    if path.is_file():
        yield _file(path)
        return
    if not path.is_dir():
        raise UsageError(f"{path}: there is no such file. Name .warc, .warc.gz, .arc.gz or .wacz files, or a folder.")
    found = sorted(each for each in path.rglob("*") if each.name.lower().endswith(SUFFIXES) and each.is_file())
    if not found:
        raise UsageError(f"{path}: there is no recording in this folder; expected {_expected()}.")
    yield from map(_file, found)


def _file(path: Path) -> Recording:
    return Recording(str(path), path.stat().st_size)


def _expected() -> str:
    return ", ".join(SUFFIXES)
