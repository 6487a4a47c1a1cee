"""Hits that are nearly the same as one entry: the earliest that is found, and the others behind it.

Of a search that finds thousands this is known exactly; of one that finds more it is worked out as far down as is
asked, for it would take longer than the search itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from tantivy import DocAddress, Schema, Searcher

from broadtape.corpus.fulltext.matching import of_articles
from broadtape.corpus.fulltext.ranking import Asked, Place, ranked, unscored
from broadtape.corpus.fulltext.results import DEEPEST
from broadtape.corpus.fulltext.schema import NUMBER, article_number
from broadtape.corpus.fulltext.term_queries import every_of
from broadtape.corpus.near_duplicate_clusters import folded

__all__ = ["Clusters", "Folded", "folded_page"]

_MARGIN = 50
"""Hits that are read beyond those asked for, since some of them will stand behind others."""


@dataclass(frozen=True, slots=True)
class Folded:
    """The first entries of an answer."""

    places: Sequence[Place]
    total: int
    """Entries in all; where `behind` is None, texts."""
    behind: int | None
    """Texts that stand behind one of the entries; None where there are too many hits to look at all of them."""
    others: Mapping[str, tuple[str, ...]]
    """Entry → what stands behind it, earliest first."""


class Clusters:
    """Which stories are nearly the same, as `Corpus.clusters` tells it, by the numbers that the index knows them by."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.ids = {article_number(name): name for name in frame["article_id"]}


def folded_page(asked: Asked, depth: int, order: str | None, alike: Clusters, schema: Schema) -> Folded:
    """The first `depth` entries, where the stories of a cluster are one."""
    ids, clusters = alike.ids, alike.frame
    reach = depth + _MARGIN
    while True:
        places, total = ranked(asked, reach, order)
        numbers = _numbers(places)
        exact = total <= DEEPEST
        met = _all_met(asked, total, ids) if exact else _found_of(asked, numbers, ids, clusters, schema)
        entries = folded(pl.Series(met, dtype=pl.String), clusters)
        others = {name: tuple(rest) for name, rest in entries.iter_rows()}
        behind = {name for rest in others.values() for name in rest}
        texts = sum(name in behind for name in met)
        kept = [place for place, number in zip(places, numbers, strict=True) if ids.get(number) not in behind]
        if len(kept) >= depth or len(places) >= total:
            break
        reach *= 4
    return Folded(kept[:depth], total - texts if exact else total, texts if exact else None, others)


def _all_met(asked: Asked, total: int, ids: Mapping[int, str]) -> list[str]:
    """Those of all hits that have near-duplicates."""
    plain = [(searcher, unscored(wanted)) for searcher, wanted in asked]
    places, _ = ranked(plain, total, None)
    return [ids[number] for number in _numbers(places) if number in ids]


def _found_of(
    asked: Asked, numbers: Iterable[int], ids: Mapping[int, str], clusters: pl.DataFrame, schema: Schema
) -> list[str]:
    """Of the clusters that these hits are of, every story that is found, however far down."""
    here = [ids[number] for number in numbers if number in ids]
    mine = clusters.filter(pl.col("article_id").is_in(here))["cluster_id"]
    members = clusters.filter(pl.col("cluster_id").is_in(mine.implode()))["article_id"].to_list()
    if not members:
        return []
    alike = of_articles(schema, members)
    narrowed = [(searcher, every_of([wanted, alike])) for searcher, wanted in asked]
    return _all_met(narrowed, len(members), ids)


def _numbers(places: Sequence[Place]) -> list[int]:
    """The number of each hit's article, in their order."""
    by_searcher: dict[int, tuple[Searcher, list[int], list[DocAddress]]] = {}
    for at, place in enumerate(places):
        _, rows, addresses = by_searcher.setdefault(id(place.searcher), (place.searcher, [], []))
        rows.append(at)
        addresses.append(place.address)
    found = [0] * len(places)
    for searcher, rows, addresses in by_searcher.values():
        for at, number in zip(rows, searcher.fast_field_values(NUMBER, addresses), strict=True):
            found[at] = int(number or 0)
    return found
