"""Hits in their order, from everything that is searched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tantivy import DocAddress, Order, Searcher, SearchResult
from tantivy import Query as Matching

from broadtape.corpus.fulltext.term_queries import any_of, every_of

__all__ = ["Asked", "Place", "counted", "ranked", "unscored"]

Asked = Sequence[tuple[Searcher, Matching]]
"""What is searched, and for what: the index, and what it does not cover yet."""


class Place(NamedTuple):
    """Where a hit lies, and what it is ordered by: its score, or a time."""

    rank: float | None
    searcher: Searcher
    address: DocAddress


def ranked(asked: Asked, depth: int, order: str | None, lift: Sequence[Matching] = ()) -> tuple[list[Place], int]:
    """The first hits, best first or by the field `order`, latest first; and how many there are in all.

    What matches one of `lift`, each of which has its own hits, scores so much more. These few are asked for by
    themselves: to ask every hit whether it is one of them costs as much as finding it. Whoever is among the first with
    its lift is among the first of these, or, without one, among the first of all.
    """
    found: list[Place] = []
    total = 0
    for searcher, wanted in asked:
        answer = searcher.search(wanted, max(depth, 1), order_by_field=order, order=Order.Desc)
        ranks = {(address.segment_ord, address.doc): (rank, address) for rank, address in answer.hits}
        if lift:
            raised = searcher.search(every_of([wanted, any_of(lift)]), max(depth, 1), count=False)
            ranks |= {(address.segment_ord, address.doc): (rank, address) for rank, address in raised.hits}
        found += [Place(rank, searcher, address) for rank, address in ranks.values()]
        total += _count(answer)
    found.sort(key=lambda each: -(each.rank if each.rank is not None else float("-inf")))
    return found[:depth], total


def counted(asked: Asked) -> int:
    """How many hits there are."""
    return sum(_count(searcher.search(unscored(wanted), 1)) for searcher, wanted in asked)


def _count(answer: SearchResult) -> int:
    return int(answer.count)  # type: ignore[attr-defined]  # its stub lacks it


def unscored(wanted: Matching) -> Matching:
    """The same hits, for whoever does not ask which is the best."""
    return Matching.const_score_query(wanted, 0.0)
