"""What an answer is made of: its stories by outlet, language, section, ticker and day, counted without a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Unpack

import polars as pl

from broadtape.corpus.reading.filters import Narrowing

if TYPE_CHECKING:
    from broadtape.corpus.fulltext.tally import Dimension
    from broadtape.corpus.reader import Corpus

__all__ = ["Facets", "facets_of"]

_COLUMNS: tuple[Dimension, ...] = ("site", "language", "section")


@dataclass(frozen=True, slots=True)
class Facets:
    """How many stories there are of each kind: values the commonest first, days in their order.

    A story with two tickers counts for both; one without a section, a language or that time counts for none.
    """

    values: Mapping[Dimension, Sequence[tuple[str, int]]]
    days: Sequence[tuple[date, int]]


def facets_of(corpus: Corpus, text: str | None = None, **filters: Unpack[Narrowing]) -> Facets:
    """The stories that pass the filters; with `text`, the hits of a search for it.

    The index tells them where it covers what is asked about; what it does not cover of a search is not counted.
    """
    if text is None and corpus.unsearched(**filters):
        return _read(corpus, **filters)
    counts, days = corpus.tally("*" if text is None else text, **filters)
    ranked = {name: _ranked(counts[name]) for name in counts}
    return Facets({**ranked, "section": _in_any_case(ranked["section"])}, sorted(days.items()))


def _read(corpus: Corpus, **filters: Unpack[Narrowing]) -> Facets:
    """The same from the rows, where there is no index to ask."""
    order = corpus.query(**filters).order
    rows = corpus.frame(columns=(*_COLUMNS, "tickers", order), **filters)
    named = pl.col("tickers").list.eval(pl.element().struct.field("symbol")).list.unique()
    day = pl.col(order).dt.date().alias("day")
    held = corpus.collect(rows.select(*_COLUMNS, named.alias("ticker"), day))
    tickers = held.select(pl.col("ticker").list.explode(empty_as_null=False))
    values: dict[Dimension, Sequence[tuple[str, int]]] = {
        "site": _commonest(held["site"]),
        "language": _commonest(held["language"]),
        "section": _in_any_case(_commonest(held["section"])),
        "ticker": _commonest(tickers["ticker"]),
    }
    days = held["day"].drop_nulls().value_counts().sort("day")
    return Facets(values, list(days.iter_rows()))


def _commonest(values: pl.Series) -> list[tuple[str, int]]:
    counted = values.drop_nulls().value_counts()
    return list(counted.sort("count", values.name, descending=[True, False]).iter_rows())


def _in_any_case(values: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Spellings that differ in their case are one value, as they are one to a filter: the commonest, which comes first,
    stands for them."""
    counts: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for value, count in values:
        counts[spelt.setdefault(value.lower(), value)] += count
    return _ranked(counts)


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
