"""SQL conditions over the columns whose ranges a table's log knows: what leaves out whole files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from broadtape.archive import sql_text, sql_time

__all__ = ["all_of", "any_of", "at_least", "at_most", "between", "one_of"]


def at_least(column: str, moment: datetime) -> str:
    """`column` >= `moment`."""
    return f"{column} >= {sql_time(moment)}"


def at_most(column: str, moment: datetime) -> str:
    """`column` <= `moment`."""
    return f"{column} <= {sql_time(moment)}"


def between(column: str, first: datetime | None, end: datetime | None) -> str | None:
    """`column` from `first` on, up to `end`; None where neither is given."""
    return all_of(at_least(column, first) if first else None, at_most(column, end) if end else None)


def one_of(column: str, values: Iterable[str]) -> str | None:
    """`column` among `values`; None where there are none."""
    quoted = ", ".join(map(sql_text, values))
    return f"{column} IN ({quoted})" if quoted else None


def all_of(*conditions: str | None) -> str | None:
    """All of these that say something; None where none does."""
    said = [f"({condition})" for condition in conditions if condition]
    return " AND ".join(said) or None


def any_of(conditions: Iterable[str | None]) -> str | None:
    """Any of these; None where there are none, or one of them says nothing."""
    said = list(conditions)
    return " OR ".join(f"({condition})" for condition in said) if said and all(said) else None
