"""Searching one version of the archive: what the index covers of it, and, where that is little, what it does not."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl
from tantivy import DocAddress, Occur, Order, Searcher
from tantivy import Query as Matching

from broadtape.corpus.fulltext.documents import article_id_of, moment, unpack
from broadtape.corpus.fulltext.matching import matching, of_articles, published, recency, visible
from broadtape.corpus.fulltext.opened import Kept, lacking, open_kept, tail_of
from broadtape.corpus.fulltext.results import Hit, SearchResults, Sort
from broadtape.corpus.fulltext.schema import index_schema
from broadtape.corpus.fulltext.snippets import Snippet, snippet_of, sought
from broadtape.corpus.fulltext.stored import Held, Manifest
from broadtape.corpus.fulltext.syntax import Node, parse
from broadtape.corpus.fulltext.term_queries import every_of
from broadtape.corpus.near_duplicate_clusters import folded
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.query import Query
from broadtape.errors import UsageError
from broadtape.times import utcnow

__all__ = ["FullText"]

_DEEPEST = 10_000
"""How far down a list of hits may be asked for."""

Place = tuple[float | None, Searcher, DocAddress]


class FullText:
    """Search over one version of `articles`, whose rows are those of `scan`."""

    def __init__(
        self, archive: Held, version: int, scan: plan.Scan, forgotten: Sequence[str], before: FullText | None = None
    ) -> None:
        self._archive, self._version, self._scan, self._forgotten = archive, version, scan, forgotten
        self._schema = index_schema()
        self._kept: Kept | None = open_kept(archive, before._kept if before else None)
        self._lack = lacking(self._kept, version, scan)
        self._tail = tail_of(self._lack, scan)

    def is_current(self, version: int) -> bool:
        """Whether this still is the search over that version, with the index that is kept now."""
        kept = Manifest.read(self._archive)
        mine = self._kept.manifest.generation if self._kept else None
        return version == self._version and mine == (kept.generation if kept else None)

    def search(
        self,
        text: str,
        query: Query,
        *,
        limit: int,
        offset: int,
        sort: Sort,
        snippets: bool,
        clusters: pl.DataFrame | None = None,
    ) -> SearchResults:
        """One page of the articles that `query` admits and that hold what `text` asks for.

        With `clusters`, those of `Corpus.clusters`, the ones that are nearly the same are one hit.
        """
        _check(limit, offset, sort)
        node = parse(text)
        wanted = matching(node, self._schema)
        others = self._folded(wanted, query, clusters) if clusters is not None else {}
        query = replace(query, copies=frozenset(itertools.chain.from_iterable(others.values())))
        found: list[Place] = []
        total = 0
        for searcher, whole in self._asked(wanted, query, recent=sort == "relevance"):
            order = query.order if sort == "newest" else None
            answer = searcher.search(whole, max(limit + offset, 1), order_by_field=order, order=Order.Desc)
            found += [(score, searcher, place) for score, place in answer.hits]
            total += int(answer.count)  # type: ignore[attr-defined]  # its stub lacks it
        found.sort(key=lambda each: -(each[0] if each[0] is not None else float("-inf")))
        hits = [self._hit(each, query, node, sort, snippets) for each in found[offset : offset + limit]]
        hits = [replace(hit, others=others.get(hit.article.article_id or "", ())) for hit in hits]
        undated = self._undated(wanted, query) if query.takes_undated and _about_time(query, sort) else 0
        covers = self._kept.manifest.version if self._kept else None
        return SearchResults(tuple(hits), total, covers, self._missed(query), undated)

    def _folded(self, wanted: Matching, query: Query, clusters: pl.DataFrame) -> dict[str, tuple[str, ...]]:
        """Which of the articles that are found stand behind which other one."""
        found: list[str] = []
        for searcher, barred in self._parts():
            alike = of_articles(self._schema, clusters["article_id"])
            whole = every_of([self._whole(wanted, query, barred, recent=False), alike])
            answer = searcher.search(whole, _DEEPEST)
            if int(answer.count) > _DEEPEST:  # type: ignore[attr-defined]  # its stub lacks it
                raise UsageError(
                    f"The search finds more than {_DEEPEST:,} texts that have near-duplicates: narrow it to have those "
                    "as one."
                )
            found += [article_id_of(searcher.doc(place)) for _, place in answer.hits]
        return {name: tuple(others) for name, others in folded(pl.Series(found, dtype=pl.String), clusters).iter_rows()}

    def asked(self, text: str, query: Query) -> list[tuple[Searcher, Matching]]:
        """What is searched for `text`, and what each of it is asked: for whoever counts hits and reads none."""
        return list(self._asked(matching(parse(text), self._schema), query, recent=False))

    def _asked(self, wanted: Matching, query: Query, *, recent: bool) -> Iterator[tuple[Searcher, Matching]]:
        for searcher, barred in self._parts():
            yield searcher, self._whole(wanted, query, barred, recent=recent)

    def _parts(self) -> Iterable[tuple[Searcher, Sequence[str]]]:
        """What is searched, and the articles that are left out of it."""
        if self._kept:
            yield self._kept.searcher, [*self._forgotten, *(self._tail.article_ids if self._tail else ())]
        if self._tail:
            yield self._tail.searcher, self._forgotten

    def _whole(self, wanted: Matching, query: Query, barred: Sequence[str], *, recent: bool) -> Matching:
        admitted, others = visible(query, self._schema)
        clauses = [(Occur.Must, wanted), *((Occur.Must, Matching.const_score_query(one, 0.0)) for one in admitted)]
        clauses += [(Occur.MustNot, one) for one in others]
        if unwanted := [*barred, *query.copies]:
            clauses.append((Occur.MustNot, of_articles(self._schema, unwanted)))
        if recent:
            clauses += [(Occur.Should, one) for one in recency(self._schema, query.as_of or self._now())]
        return Matching.boolean_query(clauses)

    def _undated(self, wanted: Matching, query: Query) -> int:
        """How many of the articles that are found have no time of publication."""
        count, said = 0, published(self._schema)
        for searcher, barred in self._parts():
            whole = every_of([self._whole(wanted, query, barred, recent=False)], [said])
            count += int(searcher.search(whole, 1).count)  # type: ignore[attr-defined]  # its stub lacks it
        return count

    def _hit(self, place: Place, query: Query, node: Node, sort: Sort, snippets: bool) -> Hit:
        score, searcher, address = place
        article = unpack(searcher.doc(address), query.as_of if query.clock == "archived" else None)
        shown = snippet_of(article, sought(node)) if snippets else Snippet("", ())
        return Hit(article, float(score or 0) if sort == "relevance" else 0.0, shown.text, shown.highlights)

    def _now(self) -> datetime:
        return moment(self._kept.manifest.newest) if self._kept else utcnow()

    def _missed(self, query: Query) -> int:
        """How many rows the query might admit that neither index nor tail holds."""
        if self._lack is None or self._lack.is_empty() or self._tail:
            return 0
        if self._kept and self._kept.manifest.version > self._version:
            return self._lack.len()  # the index knows more than this version may tell
        bound = moment(self._kept.manifest.newest) if self._kept else None
        admitted = [*query.visible(), *query.matches(), *([pl.col("archived_at") > bound] if bound else [])]
        rows = self._scan(query.where())
        count = (rows.filter(*admitted) if admitted else rows).select(pl.len()).collect().item()
        return int(count)


def _about_time(query: Query, sort: Sort) -> bool:
    return sort == "newest" or query.since is not None or query.until is not None


def _check(limit: int, offset: int, sort: str) -> None:
    if limit < 0 or offset < 0 or limit + offset > _DEEPEST:
        raise UsageError(
            f"limit={limit} and offset={offset} ask for what cannot be given: expected no more than {_DEEPEST:,} hits."
        )
    if sort not in ("relevance", "newest"):
        raise UsageError(f"sort={sort!r} is not known: expected 'relevance' or 'newest'.")
