"""What an answer is made of: its stories by outlet, language, section, ticker and day, counted without a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Unpack

import polars as pl

from broadtape.corpus.reading.filters import Narrowing

if TYPE_CHECKING:
    from broadtape.corpus.fulltext.tally import Dimension
    from broadtape.corpus.reader import Corpus

__all__ = ["Facets", "facets_of", "facets_of_search"]

_COLUMNS: tuple[Dimension, ...] = ("site", "language", "section")
_CANDIDATES = 40
"""Sections and tickers that the hits of a search are counted by: the commonest of the archive."""


@dataclass(frozen=True, slots=True)
class Facets:
    """How many stories there are of each kind: values the commonest first, days in their order.

    A story with two tickers counts for both; one without a section, a language or that time counts for none.
    """

    values: Mapping[Dimension, Sequence[tuple[str, int]]]
    days: Sequence[tuple[date, int]]
    partial: bool = False
    """Whether there may be sections and tickers beside those that were counted."""


def facets_of(corpus: Corpus, **filters: Unpack[Narrowing]) -> Facets:
    """The stories that pass the filters."""
    order = corpus.query(**filters).order
    rows = corpus.frame(columns=(*_COLUMNS, "tickers", order), **filters)
    named = pl.col("tickers").list.eval(pl.element().struct.field("symbol")).list.unique()
    day = pl.col(order).dt.date().alias("day")
    held = corpus.collect(rows.select(*_COLUMNS, named.alias("ticker"), day))
    tickers = held.select(pl.col("ticker").list.explode(empty_as_null=False))
    values: dict[Dimension, Sequence[tuple[str, int]]] = {
        "site": _commonest(held["site"]),
        "language": _commonest(held["language"]),
        "section": _in_any_case(held["section"]),
        "ticker": _commonest(tickers["ticker"]),
    }
    days = held["day"].drop_nulls().value_counts().sort("day")
    return Facets(values, list(days.iter_rows()))


def facets_of_search(corpus: Corpus, text: str, known: Facets, **filters: Unpack[Narrowing]) -> Facets:
    """The hits of a search, counted by the values that the archive has: `known` are the facets of all its stories."""
    candidates = {
        name: [value for value, _ in values[: _CANDIDATES if name in ("section", "ticker") else None]]
        for name, values in known.values.items()
    }
    counts, days = corpus.tally(text, candidates, **filters)
    partial = any(len(known.values[name]) > len(candidates[name]) for name in candidates)
    return Facets({name: _ranked(counts[name]) for name in counts}, sorted(days.items()), partial)


def _commonest(values: pl.Series) -> list[tuple[str, int]]:
    counted = values.drop_nulls().value_counts()
    return list(counted.sort("count", values.name, descending=[True, False]).iter_rows())


def _in_any_case(values: pl.Series) -> list[tuple[str, int]]:
    """Spellings that differ in their case are one value, as they are one to a filter: the commonest of them stands."""
    counts: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for value, count in _commonest(values):
        counts[spelt.setdefault(value.lower(), value)] += count
    return _ranked(counts)


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(((value, count) for value, count in counts.items() if count), key=lambda each: (-each[1], each[0]))
