"""What a page is asked for: the query string, checked, and written again for links."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Unpack, cast
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from broadtape.corpus.reading.filters import By, Clock, Narrowing
from broadtape.errors import InvalidTime, UsageError
from broadtape.times import iso, parse_time, shifted

__all__ = ["YEARS", "PageQuery", "Sort", "address"]

Sort = Literal["relevance", "newest"]

_LISTS = ("site", "ticker", "language", "section")
_LONGEST = 4_000
"""Characters of one value; no address or query that means something is longer."""
_MOST = 100
"""Values in one query string: a form has a dozen, and each outlet or ticker more is looked up."""
_PAGES = 10_000
YEARS = (1900, 2200)
"""From and to: within them, days may be added and taken away."""
_OF_THE_MOMENT = ("as_of", "clock", "page")


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The filters of a page. Absent ones are empty or None."""

    query: str = ""
    """Words to search for."""
    site: tuple[str, ...] = ()
    ticker: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    """The day that was given last is still within: `until` is the midnight after it."""
    by: By = "published"
    as_of: datetime | None = None
    clock: Clock = "archived"
    sort: Sort = "relevance"
    page: int = 1
    given: Mapping[str, str] = field(default_factory=dict)
    """Single values as they came, such as `url` or `revision`."""
    items: tuple[tuple[str, str], ...] = ()
    """The whole query string, in order."""

    @classmethod
    def of(cls, params: QueryParams) -> PageQuery:
        """Reads a query string; raises UsageError for what it cannot mean."""
        if len(params.multi_items()) > _MOST:
            raise UsageError(f"{len(params.multi_items()):,} values were given; at most {_MOST} are read.")
        for name, value in params.multi_items():
            if len(value) > _LONGEST:
                raise UsageError(f"{name} has {len(value):,} characters; at most {_LONGEST:,} are read.")
        lists = {name: _several(params.getlist(name)) for name in _LISTS}
        single = {name: value.strip() for name, value in params.items() if name not in _LISTS}
        return cls(
            query=single.get("q", ""),
            since=_day(single.get("since"), last=False),
            until=_day(single.get("until"), last=True),
            by=cast(By, _one_of("by", single.get("by"), ("published", "fetched"))),
            as_of=_moment(single["as_of"]) if single.get("as_of") else None,
            clock=cast(Clock, _one_of("clock", single.get("clock"), ("archived", "fetched"))),
            sort=cast(Sort, _one_of("sort", single.get("sort"), ("relevance", "newest"))),
            page=_number("page", single.get("page"), _PAGES),
            given=single,
            items=tuple(params.multi_items()),
            **lists,
        )

    @classmethod
    def kept(cls, params: QueryParams) -> PageQuery:
        """What may be kept of a query string that means nothing: words and filters as they came, no time among them."""
        items = [(name, value[:_LONGEST]) for name, value in params.multi_items()[:_MOST]]
        site, ticker, language, section = (_several(value for at, value in items if at == name) for name in _LISTS)
        single = {name: value.strip() for name, value in items if name not in _LISTS}
        query = single.get("q", "")
        return cls(query, site, ticker, language, section, given=single, items=tuple(items))

    def then(self, **filters: Unpack[Narrowing]) -> Narrowing:
        """These filters, as of the moment that is asked for."""
        return {**filters, "as_of": self.as_of, "clock": self.clock}

    @property
    def filters(self) -> Narrowing:
        """All filters, as the corpus takes them."""
        return self.then(
            site=self.site,
            ticker=self.ticker,
            language=self.language,
            section=self.section,
            since=self.since,
            until=self.until,
            by=self.by,
        )

    @property
    def revision(self) -> int | None:
        """The revision that is asked for; None for the last. Raises UsageError for what is no number."""
        return _number("revision", self.given["revision"], 10**9) if self.given.get("revision") else None

    def link(self, path: str, **params: object) -> str:
        """`path` with these parameters, as of the same moment; empty ones are left out."""
        when = {"as_of": self.as_of and iso(self.as_of), "clock": self.clock if self.as_of else None}
        return address(path, {**params, **{name: params.get(name, value) for name, value in when.items()}})

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What a form that changes the moment must send along."""
        return [(name, value) for name, value in self.items if name not in _OF_THE_MOMENT]

    def current(self, path: str, **changed: object) -> str:
        """The same page as of another moment."""
        same: dict[str, list[str]] = {}
        for name, value in self.carried:
            same.setdefault(name, []).append(value)
        return self.link(path, **{**same, **changed})

    def as_saved(self) -> str:
        """The words and filters of this question as a saved search in `room.toml`."""
        values = {
            "name": self.query or "All stories",
            "q": self.query,
            **{name: getattr(self, name) for name in _LISTS},
        }
        return "\n".join(["[[search]]", *(_saved(name, value) for name, value in values.items() if value)])

    def again(self, path: str, **changed: object) -> str:
        """The same question at another path or with other values."""
        same: dict[str, object] = {
            "q": self.query,
            **{name: getattr(self, name) for name in _LISTS},
            "since": self.given.get("since"),
            "until": self.given.get("until"),
            "by": self.by if self.by != "published" else None,
            "sort": self.sort if self.sort != "relevance" else None,
        }
        return self.link(path, **{**same, **changed})


def _saved(name: str, value: str | tuple[str, ...]) -> str:
    """A line of TOML, whose strings are JSON's."""
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def address(path: str, params: Mapping[str, object]) -> str:
    """A path with a query string; what is empty is left out, of several values each is given."""
    pairs = [
        (name, str(each))
        for name, value in params.items()
        for each in (value if isinstance(value, tuple | list) else (value,))
        if each not in (None, "", False)
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _several(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stripped for value in values if (stripped := value.strip())))


def _one_of(name: str, value: str | None, known: tuple[str, ...]) -> str:
    if not value:
        return known[0]
    if value not in known:
        raise UsageError(f"{name} is {value[:40]!r}: expected {' or '.join(known)}.")
    return value


def _number(name: str, value: str | None, most: int) -> int:
    if not value:
        return 1
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:12]) <= most):
        raise UsageError(f"{name} is {value[:40]!r}: expected a number from 1 to {most:,}.")
    return int(value)


def _day(value: str | None, *, last: bool) -> datetime | None:
    """A time; of a bare day its beginning or, as the last of a range, its end."""
    if not value:
        return None
    moment = _moment(value)
    try:
        return shifted(moment, timedelta(days=1)) if last and date.fromisoformat(value) else moment
    except ValueError:
        return moment


def _moment(value: str) -> datetime:
    moment = parse_time(value)
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise InvalidTime(f"{value!r} lies outside of the years {YEARS[0]} to {YEARS[1]}, which an archive may hold.")
    return moment
