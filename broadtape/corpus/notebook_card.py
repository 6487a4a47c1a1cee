"""A corpus where a notebook shows it by itself: what it holds of whom, since when, and the days without anything."""

from __future__ import annotations

from collections import Counter
from datetime import date
from html import escape

from broadtape.article.card import shown
from broadtape.corpus.coverage.gaps import find_gaps
from broadtape.corpus.coverage.missing import looks_of
from broadtape.corpus.ledger_reading import LedgerReading
from broadtape.times import utcnow

__all__ = ["corpus_card"]

_HEADS = ("outlet", "articles", "first day", "last day", "quiet days", "days nobody looked", "days every look failed")
_MOST = 60
"""Outlets in the table: of more, those with the most articles, and how many others there are."""


def corpus_card(corpus: LedgerReading) -> str:
    """Outlets with their articles, first and last days and gaps, as HTML."""
    days = corpus.coverage()
    gaps = find_gaps(days, corpus.sites(), None, utcnow().date(), looks=looks_of(corpus))
    without: Counter[tuple[str, str]] = Counter()
    for gap in gaps:
        without[gap.site, gap.kind] += gap.days
    groups = days.filter(days["articles"] > 0).partition_by("site", as_dict=True).items()
    held = {name: group for (name,), group in groups}
    counts = Counter({name: int(group["articles"].sum()) for name, group in held.items()})
    rows = [
        _row(
            [shown(name), f"{count:,}", *(_day(held[name]["date"].min()), _day(held[name]["date"].max()))]
            + [f"{without[name, kind]:,}" for kind in ("quiet", "unseen", "failed")]
        )
        for name, count in counts.most_common(_MOST)
    ]
    more = f"<p>{len(counts) - _MOST:,} more outlets.</p>" if len(counts) > _MOST else ""
    undated = int(days["undated"].sum())
    where = f"{escape(corpus.uri)}, version {corpus.versions['articles']}"
    told = f"{counts.total():,} articles of {len(counts):,} outlets in {where}"
    if undated:
        told += f"; {undated:,} have no time of publication and go by when they were first listed or fetched"
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f"<div><p>{told}.</p>{table}{more}</div>"


def _row(cells: list[str]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _day(found: object) -> str:
    return str(found) if isinstance(found, date) else "–"
