"""What a takedown is about: from addresses, outlets, authors to every row and record that carries it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from broadtape.archive.archive import Archive
from broadtape.archive.delta.schema import TableName
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import Record
from broadtape.archive.warc.blank import addresses_of, speaks_of
from broadtape.urls import url_id
from broadtape.urls.address_match import AddressMatch
from broadtape.urls.former_ids import former_url_id

__all__ = ["Request", "Targets", "not_held", "resolve"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be forgotten: any of addresses, whole outlets, authors (their names as archived) and articles."""

    urls: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()


@dataclass(slots=True)
class Targets:
    """All that a request reaches: other addresses of the same stories, too."""

    url_ids: set[int] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    """Addresses as they were listed."""
    article_ids: set[str] = field(default_factory=set)
    whole_sites: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    """Outlets that carried any of it."""
    places: set[tuple[str, int | None]] = field(default_factory=set)
    """Segments and offsets that rows name; a record without a row may lie in a later segment."""

    @property
    def size(self) -> tuple[int, int]:
        """Grows while there is more to find."""
        return len(self.url_ids) + len(self.urls), len(self.article_ids)

    def articles(self) -> pl.Expr:
        """Which rows of `articles` go."""
        named = pl.col("article_id").is_in(sorted(self.article_ids)) | pl.col("site").is_in(sorted(self.whole_sites))
        return named.fill_null(value=False)

    def captures(self) -> pl.Expr:
        """Which rows of `captures` go."""
        return (
            pl.col("url_id").is_in(sorted(self.url_ids)).fill_null(value=False)
            | pl.col("url").is_in(sorted(self.urls)).fill_null(value=False)
            | pl.col("article_id").is_in(sorted(self.article_ids)).fill_null(value=False)
            | pl.col("site").is_in(sorted(self.whole_sites))
        )

    def speaks_of(self, record: Record, key: str = "") -> bool:
        """Whether a record of the segment `key` carries any of it: by a row, its own address or those in its note."""
        if (key, record.offset) in self.places:
            return True
        if record.note and record.note.site in self.whole_sites:
            return True
        return not self.urls.isdisjoint(addresses_of(record)) or speaks_of(record, self.url_ids)


def resolve(archive: Archive, request: Request) -> Targets:
    """Every address and story that `request` reaches, as the tables and earlier tombstones tell it."""
    targets = Targets(
        url_ids={url_id(url) for url in request.urls},
        article_ids=set(request.article_ids),
        whole_sites=set(request.sites),
        sites=set(request.sites),
    )
    for url in request.urls:
        _add_matching(archive, targets, AddressMatch(url))
    if request.authors:
        _add_articles(archive, targets, pl.col("authors").list.set_intersection(list(request.authors)).list.len() > 0)
    before = None
    while before != targets.size:
        before = targets.size
        _add_captures(archive, targets)
        _add_articles(archive, targets, targets.articles() | pl.col("url").is_in(list(request.urls)))
        _add_tombstones(archive, targets)
    return targets


def not_held(archive: Archive, urls: Sequence[str]) -> list[str]:
    """Those of these addresses at which the archive has neither a text nor any word of the ledger."""
    matches = {url: AddressMatch(url) for url in urls}
    numbers = sorted({number for match in matches.values() for number in match.numbers})
    rows = list(_rows(archive, "captures", pl.col("url_id").is_in(numbers), ("url", "url_id")))
    held = {url for (url,) in _rows(archive, "articles", pl.col("url").is_in(list(urls)), ("url",))}
    held |= {url for url, match in matches.items() if any(match.says(at, number) for at, number in rows)}
    return [url for url in matches if url not in held]


_LEDGER = ("url", "url_id", "article_id", "site", "warc_file", "warc_offset")


def _add_matching(archive: Archive, targets: Targets, match: AddressMatch) -> None:
    """What the ledger has at an address, by whichever number it has it."""
    numbers = pl.col("url_id").is_in(sorted(match.numbers))
    for url, number, *rest in _rows(archive, "captures", numbers, _LEDGER):
        if match.says(url, number):
            _add_listed(targets, url, number, *rest)


def _add_captures(archive: Archive, targets: Targets) -> None:
    for row in _rows(archive, "captures", targets.captures(), _LEDGER):
        _add_listed(targets, *row)


def _add_listed(targets: Targets, url: str | None, number: int | None, *rest: Any) -> None:
    if url is not None:
        targets.urls.add(url)
        targets.url_ids.add(url_id(url))
        # A number of release 0.1.0's may be other stories', too: these are not asked about.
        number = None if number == former_url_id(url) else number
    _add(targets, number, *rest)


def _add_articles(archive: Archive, targets: Targets, chosen: pl.Expr) -> None:
    names = ("url", "article_id", "site", "warc_file", "warc_offset")
    for url, article, site, *place in _rows(archive, "articles", chosen, names):
        _add(targets, url_id(url), article, site, *place)


def _add_tombstones(archive: Archive, targets: Targets) -> None:
    """A takedown that was interrupted has left these, though the rows may be gone."""
    chosen = (pl.col("decision") == "forget") & (
        pl.col("url_id").is_in(sorted(targets.url_ids)) | pl.col("article_id").is_in(sorted(targets.article_ids))
    )
    for number, article, site in _rows(archive, "decisions", chosen, ("url_id", "article_id", "site")):
        _add(targets, number, article, site)


def _add(
    targets: Targets,
    number: int | None,
    article: str | None,
    site: str | None,
    segment: str | None = None,
    offset: int | None = None,
) -> None:
    # A row about an outlet itself has no address; a whole outlet's rows are chosen by its name.
    if number is not None:
        targets.url_ids.add(number)
    if article is not None:
        targets.article_ids.add(article)
    if site is not None:
        targets.sites.add(site)
    if segment is not None:
        targets.places.add((segment, offset))
        targets.sites.add(SegmentKey.parse(segment).site)


def _rows(archive: Archive, table: TableName, chosen: pl.Expr, names: Iterable[str]) -> list[tuple[Any, ...]]:
    return archive.tables[table].read(lambda rows: rows.filter(chosen).select(names).unique()).rows()
