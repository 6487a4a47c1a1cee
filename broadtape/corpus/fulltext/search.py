"""Searching one version of the archive: what the index covers of it, and, where that is little, what it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl
from tantivy import Occur, Schema, Searcher
from tantivy import Query as Matching

from broadtape.corpus.fulltext.documents import moment, unpack
from broadtape.corpus.fulltext.folding import Clusters, Folded, folded_page
from broadtape.corpus.fulltext.matching import matching, of_articles, recency, undated, visible
from broadtape.corpus.fulltext.opened import Kept, lacking, open_kept, tail_of
from broadtape.corpus.fulltext.ranking import Asked, Place, answering, counted, ranked
from broadtape.corpus.fulltext.results import DEEPEST, Hit, SearchResults, Sort
from broadtape.corpus.fulltext.schema import held_kinds, index_schema
from broadtape.corpus.fulltext.snippets import Snippet, snippet_of, sought
from broadtape.corpus.fulltext.stored import Held, Manifest
from broadtape.corpus.fulltext.syntax import Node, parse
from broadtape.corpus.fulltext.term_queries import every_of
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.query import Query
from broadtape.errors import UsageError
from broadtape.times import utcnow

__all__ = ["FullText"]


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
        self._clusters: Clusters | None = None

    def is_current(self, version: int) -> bool:
        """Whether this still is the search over that version, with the index that is kept now."""
        kept = Manifest.read(self._archive)
        mine = self._kept.manifest.generation if self._kept else None
        return version == self._version and mine == (kept.generation if kept else None)

    @answering()
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
        asked = self._asked(node, query, recent=sort == "relevance")
        order = query.order if sort == "newest" else None
        page = self._page(asked, limit + offset, order, clusters)
        hits = [self._hit(place, query, node, sort, snippets) for place in page.places[offset : offset + limit]]
        hits = [replace(hit, others=page.others.get(hit.article.article_id or "", ())) for hit in hits]
        undated = self._undated(node, query) if query.takes_undated and _about_time(query, sort) else 0
        covers = self._kept.manifest.version if self._kept else None
        return SearchResults(tuple(hits), page.total, covers, self.uncovered(query), undated, page.behind)

    def _page(self, asked: Asked, depth: int, order: str | None, clusters: pl.DataFrame | None) -> Folded:
        if clusters is not None:
            if self._clusters is None or self._clusters.frame is not clusters:
                self._clusters = Clusters(clusters)
            return folded_page(asked, depth, order, self._clusters, self._schema)
        places, total = ranked(asked, depth, order)
        return Folded(places, total, 0, {})

    def asked(self, text: str, query: Query) -> Asked:
        """What is searched for `text`, and what each of it is asked: for whoever counts hits and reads none."""
        return self._asked(parse(text), query, recent=False)

    def uncovered(self, query: Query) -> int:
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

    def _asked(self, node: Node, query: Query, *, recent: bool) -> Asked:
        now = query.as_of or self._now()
        lift = [recency(self._schema, now)] if recent else []
        return [
            (searcher, _whole(matching(node, self._schema, held_kinds(searcher)), query, barred, lift, self._schema))
            for searcher, barred in self._parts()
        ]

    def _parts(self) -> Iterator[tuple[Searcher, Sequence[str]]]:
        """What is searched, and the articles that are left out of it."""
        if self._kept:
            yield self._kept.searcher, [*self._forgotten, *(self._tail.article_ids if self._tail else ())]
        if self._tail:
            yield self._tail.searcher, self._forgotten

    def _undated(self, node: Node, query: Query) -> int:
        """How many of the articles that are found have no time of publication."""
        asked, unsaid = self._asked(node, query, recent=False), undated(self._schema)
        return counted([(searcher, every_of([unsaid, wanted])) for searcher, wanted in asked])

    def _hit(self, place: Place, query: Query, node: Node, sort: Sort, snippets: bool) -> Hit:
        article = unpack(place.searcher.doc(place.address), query.as_of if query.clock == "archived" else None)
        shown = snippet_of(article, sought(node)) if snippets else Snippet("", ())
        return Hit(article, float(place.rank or 0) if sort == "relevance" else 0.0, shown.text, shown.highlights)

    def _now(self) -> datetime:
        return moment(self._kept.manifest.newest) if self._kept else utcnow()


def _whole(wanted: Matching, query: Query, barred: Sequence[str], lift: Sequence[Matching], schema: Schema) -> Matching:
    """`wanted` of what the query admits, but of the articles that are barred; `lift` is what raises a hit's score."""
    admitted, others = visible(query, schema)
    clauses = [(Occur.Must, wanted), *((Occur.Must, Matching.const_score_query(one, 0.0)) for one in admitted)]
    clauses += [(Occur.MustNot, one) for one in others]
    if unwanted := [*barred, *query.copies]:
        clauses.append((Occur.MustNot, of_articles(schema, unwanted)))
    return Matching.boolean_query([*clauses, *((Occur.Should, one) for one in lift)])


def _about_time(query: Query, sort: Sort) -> bool:
    return sort == "newest" or query.since is not None or query.until is not None


def _check(limit: int, offset: int, sort: str) -> None:
    if limit < 0 or offset < 0 or limit + offset > DEEPEST:
        raise UsageError(
            f"limit={limit} and offset={offset} ask for what cannot be given: expected no more than {DEEPEST:,} hits."
        )
    if sort not in ("relevance", "newest"):
        raise UsageError(f"sort={sort!r} is not known: expected 'relevance' or 'newest'.")
