"""What a reader asks for, checked once and turned into predicates over the archive's rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self, TypeVar, cast

import polars as pl

from broadtape.article import Article
from broadtape.corpus.reading import dating
from broadtape.corpus.reading.filters import By, Clock, Filters, Moment, Narrowing, Where
from broadtape.corpus.reading.resolve_versions import Depth
from broadtape.corpus.reading.where import all_of, at_most, between, one_of
from broadtape.errors import InvalidTime, UsageError
from broadtape.times import iso, parse_time, utc

__all__ = ["Query", "checked_columns"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The filters of one reading. Empty tuples and None filter nothing."""

    site: tuple[str, ...] = ()
    ticker: tuple[str, ...] = ()
    """Symbols, or `EXCHANGE:SYMBOL`."""
    language: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    """Half-open: `since` <= t < `until`."""
    by: By = "published"
    dated_only: bool = False
    as_of: datetime | None = None
    clock: Clock = "archived"
    before: datetime | None = None
    rest_from: datetime | None = None
    """A part of the answer: what comes before a time, and from one on."""
    depth: Depth = "current"
    article_ids: frozenset[str] | None = None
    cluster: bool = False
    copies: frozenset[str] = frozenset()
    """Stories that stand behind an earlier one of the answer, which is nearly the same."""
    limit: int | None = None

    @classmethod
    def of(cls, filters: Filters | Narrowing | Where) -> Self:
        """The query these filters mean, but for `url`, which only an archive can tell; raises UsageError for what
        cannot be meant."""
        _check_names(filters)
        asked = cast("Filters", filters)  # the others are narrower
        query = cls(
            site=_several(asked.get("site")),
            ticker=_several(asked.get("ticker")),
            language=_several(asked.get("language")),
            section=_several(asked.get("section")),
            since=_moment(asked.get("since")),
            until=_moment(asked.get("until")),
            by=_one_of("by", asked.get("by", "published"), ("published", "fetched")),
            dated_only=asked.get("dated_only", False),
            as_of=_moment(asked.get("as_of")),
            clock=_one_of("clock", asked.get("clock", "archived"), ("archived", "fetched")),
            depth="editions" if asked.get("editions") else "revisions" if asked.get("revisions") else "current",
            cluster=asked.get("cluster", False),
            limit=asked.get("limit"),
        )
        if query.limit is not None and query.limit < 0:
            raise UsageError(f"limit={query.limit} is negative: expected how many articles to give at the most.")
        if query.since and query.until and query.since > query.until:
            raise InvalidTime(f"since ({iso(query.since)}) lies after until ({iso(query.until)}).")
        return query

    @property
    def order(self) -> str:
        """The column that a reading is ordered by, which every row of the answer has; see `dating.dated`."""
        return "dated_at" if self.by == "published" and not self.dated_only else f"{self.by}_at"

    @property
    def takes_undated(self) -> bool:
        """Whether texts without a time of publication stand in the answer by another time of theirs."""
        return self.order == "dated_at"

    def visible(self) -> list[pl.Expr]:
        """Which rows exist for this reader at all: applied before an article's current row is chosen.

        An outlet may stand here because an article never changes hands.
        """
        found = []
        if self.as_of is not None:
            found.append(pl.col(f"{self.clock}_at") <= self.as_of)
        if self.site:
            found.append(pl.col("site").is_in(self.site))
        if self.article_ids is not None:
            found.append(pl.col("article_id").is_in(sorted(self.article_ids)))
        return found

    def matches(self) -> list[pl.Expr]:
        """What the chosen row itself must satisfy."""
        found = [self._from(moment) for moment in (self.since, self.rest_from) if moment is not None]
        found += [self._until(moment) for moment in (self.until, self.before) if moment is not None]
        if self.dated_only:
            found.append(~dating.UNDATED)
        if self.copies:
            found.append(~pl.col("article_id").is_in(sorted(self.copies)))
        if self.language:
            found.append(pl.col("language").is_in(self.language))
        if self.section:
            found.append(pl.col("section").str.to_lowercase().is_in([name.lower() for name in self.section]))
        if self.ticker:
            found.append(pl.any_horizontal(_names(ticker) for ticker in self.ticker))
        return found

    def visible_where(self) -> str | None:
        """What the table's statistics can tell of `visible`."""
        bound = at_most(f"{self.clock}_at", self.as_of) if self.as_of is not None else None
        return all_of(bound, one_of("site", self.site))

    def where(self) -> str | None:
        """What the table's statistics can tell of `visible` and `matches`."""
        spans = [(self.since, self.until), (self.rest_from, self.before)]
        return all_of(self.visible_where(), *(self._where_between(first, end) for first, end in spans))

    def _from(self, moment: datetime) -> pl.Expr:
        return dating.from_on(moment) if self.takes_undated else pl.col(self.order) >= moment

    def _until(self, moment: datetime) -> pl.Expr:
        return dating.until(moment) if self.takes_undated else pl.col(self.order) < moment

    def _where_between(self, first: datetime | None, end: datetime | None) -> str | None:
        if self.takes_undated:
            return dating.where_between(first, end)
        return between(self.order, first, end)


def checked_columns(columns: Iterable[str] | None, extra: Sequence[str]) -> tuple[str, ...]:
    """These columns, or all that a reader sees; raises UsageError for one that there is not, with the nearest.

    `extra` are those that exist besides and are given only when they are asked for.
    """
    if columns is None:
        return Article.columns()
    names, known = tuple(dict.fromkeys(columns)), (*Article.columns(), *extra)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" There are {', '.join(known)}."
            raise UsageError(f"An article has no column {name!r}.{hint}")
    return names


def _names(ticker: str) -> pl.Expr:
    """Whether a row names this security."""
    exchange, _, symbol = ticker.upper().rpartition(":")
    said = pl.element().struct.field("symbol") == symbol
    if exchange:
        said &= pl.element().struct.field("exchange") == exchange
    return pl.col("tickers").list.eval(said).list.any().fill_null(value=False)


def _check_names(filters: Filters | Narrowing | Where) -> None:
    known = Filters.__annotations__
    for name in filters:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(known)}."
            raise UsageError(f"There is no filter {name!r}. {hint}")


def _one_of(name: str, value: T, known: tuple[T, ...]) -> T:
    if value not in known:
        raise UsageError(f"{name}={value!r} is not known: expected {' or '.join(repr(each) for each in known)}.")
    return value


def _several(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _moment(value: Moment | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value and utc(value)
    if isinstance(value, date):
        return utc(datetime.combine(value, time()))
    if isinstance(value, str):
        return parse_time(value)
    raise InvalidTime(f"{value!r} is no time: expected a datetime, a date, or text such as 2026-11-23T14:00 or 3d.")
