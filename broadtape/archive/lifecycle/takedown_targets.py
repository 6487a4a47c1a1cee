"""What a takedown is about: from addresses, outlets, authors to every row and record that carries it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from broadtape.archive.archive import Archive
from broadtape.archive.delta.schema import TableName
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import Record
from broadtape.archive.warc.blank import speaks_of
from broadtape.urls import url_id

__all__ = ["Request", "Targets", "resolve"]


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
    article_ids: set[str] = field(default_factory=set)
    whole_sites: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    """Outlets that carried any of it."""
    places: set[tuple[str, int | None]] = field(default_factory=set)
    """Segments and offsets that rows name; a record without a row may lie in a later segment."""

    @property
    def size(self) -> tuple[int, int]:
        """Grows while there is more to find."""
        return len(self.url_ids), len(self.article_ids)

    def articles(self) -> pl.Expr:
        """Which rows of `articles` go."""
        named = pl.col("article_id").is_in(sorted(self.article_ids)) | pl.col("site").is_in(sorted(self.whole_sites))
        return named.fill_null(value=False)

    def captures(self) -> pl.Expr:
        """Which rows of `captures` go."""
        return (
            pl.col("url_id").is_in(sorted(self.url_ids)).fill_null(value=False)
            | pl.col("article_id").is_in(sorted(self.article_ids)).fill_null(value=False)
            | pl.col("site").is_in(sorted(self.whole_sites))
        )

    def speaks_of(self, record: Record, key: str = "") -> bool:
        """Whether a record of the segment `key` carries any of it: by a row, its own address or those in its note."""
        if (key, record.offset) in self.places:
            return True
        if record.note and record.note.site in self.whole_sites:
            return True
        return speaks_of(record, self.url_ids)


def resolve(archive: Archive, request: Request) -> Targets:
    """Every address and story that `request` reaches, as the tables and earlier tombstones tell it."""
    targets = Targets(
        url_ids={url_id(url) for url in request.urls},
        article_ids=set(request.article_ids),
        whole_sites=set(request.sites),
        sites=set(request.sites),
    )
    if request.authors:
        _add_articles(archive, targets, pl.col("authors").list.set_intersection(list(request.authors)).list.len() > 0)
    before = None
    while before != targets.size:
        before = targets.size
        _add_captures(archive, targets)
        _add_articles(archive, targets, targets.articles() | pl.col("url").is_in(list(request.urls)))
        _add_tombstones(archive, targets)
    return targets


def _add_captures(archive: Archive, targets: Targets) -> None:
    names = ("url_id", "article_id", "site", "warc_file", "warc_offset")
    for number, article, site, *place in _rows(archive, "captures", targets.captures(), names):
        _add(targets, number, article, site, *place)


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
