"""Hits in their order, from everything that is searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from tantivy import DocAddress, Order, Searcher, SearchResult
from tantivy import Query as Matching

from broadtape.errors import BadQuery

__all__ = ["Asked", "Place", "answering", "counted", "ranked", "unscored"]

Asked = Sequence[tuple[Searcher, Matching]]
"""What is searched, and for what: the index, and what it does not cover yet."""


class Place(NamedTuple):
    """Where a hit lies, and what it is ordered by: its score, or a time."""

    rank: float | None
    searcher: Searcher
    address: DocAddress


@contextmanager
def answering() -> Iterator[None]:
    """Turns into a BadQuery what the engine says of a phrase that it will not look for."""
    try:
        yield
    except ValueError as error:
        if "max expansions" not in str(error):
            raise
        raise BadQuery(
            "Too many words begin as the last one of a phrase that ends in a *: write more letters before the *."
        ) from None


def ranked(asked: Asked, depth: int, order: str | None) -> tuple[list[Place], int]:
    """The first hits, best first or by the field `order`, latest first; and how many there are in all."""
    found: list[Place] = []
    total = 0
    for searcher, wanted in asked:
        answer = searcher.search(wanted, max(depth, 1), order_by_field=order, order=Order.Desc)
        found += [Place(rank, searcher, address) for rank, address in answer.hits]
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
