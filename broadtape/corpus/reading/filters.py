"""What a reader may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal, TypedDict

__all__ = ["By", "Clock", "Filters", "Moment", "Narrowing", "Where"]

By = Literal["published", "fetched"]
Clock = Literal["archived", "fetched"]
Moment = datetime | date | str
"""A time as a caller may give it: naive ones are UTC, a date is its midnight, text is ISO 8601 or a span (`3d`)."""


class Where(TypedDict, total=False):
    """What an article itself must be; none need be given. Several values of one filter mean any of them."""

    site: str | Iterable[str] | None
    """The outlet's name."""
    ticker: str | Iterable[str] | None
    """A symbol the page itself names, `AAPL` or `NASDAQ:AAPL`."""
    language: str | Iterable[str] | None
    """ISO 639-1."""
    section: str | Iterable[str] | None
    """The outlet's own section, in any case."""


class Narrowing(Where, total=False):
    """What narrows a reading: besides, its time, and as of when."""

    since: Moment | None
    until: Moment | None
    """`since` <= t < `until`, of the time that `by` names."""
    by: By
    """`published` (default): when the publisher says, and of a text that nobody dates, when it was first listed or
    fetched (`Corpus.undated` counts these); `fetched`: when the bytes came. Also what orders the answer."""
    dated_only: bool
    """Without the texts that have no time of publication."""
    as_of: Moment | None
    """Answer as at this moment, minus what was forgotten since."""
    clock: Clock
    """What `as_of` means: `archived` (default), what this archive answered then; `fetched`, what the world could read
    then, which is the one to use over backfilled years."""
    revisions: bool
    """Every revision of an article, each in its newest edition, instead of the last revision alone."""
    editions: bool
    """Every edition of every revision: what each version of the cleaning rules made of it."""
    url: str | None
    """The story at this address."""


class Filters(Narrowing, total=False):
    """What narrows a reading, and how much of it is given."""

    cluster: bool
    """Stories that are nearly the same as one entry: the earliest of those that pass the other filters."""
    limit: int | None
    """At the most so many, counted in the order of the answer."""
