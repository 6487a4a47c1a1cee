"""From what was asked to what the index is asked: the words, in every language's field, and the filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tantivy import FieldType, Occur, Schema
from tantivy import Query as Matching

from broadtape.corpus.fulltext.documents import micros
from broadtape.corpus.fulltext.syntax import Every, Node, Not, Several, Words
from broadtape.corpus.fulltext.term_queries import any_of, every_of, spoken
from broadtape.corpus.reading.query import Query

__all__ = ["archived_since", "matching", "of_articles", "recency", "undated", "visible"]

_RECENT = ((timedelta(days=1), 1.0), (timedelta(days=7), 0.8), (timedelta(days=30), 0.6), (timedelta(days=120), 0.4))
"""How much an article gains that is not older; the gains add up. A word that few articles have is worth some ten.
Spans that hold much of an archive would double what a search for a common word costs."""


def matching(node: Node, schema: Schema, kinds: Sequence[str]) -> Matching:
    """Documents in whose title or text, or other field, stands what was asked for; raises UsageError.

    `kinds` are those of the fields that hold any text: see `held_kinds`.
    """
    match node:
        case Words():
            return spoken(node, schema, kinds)
        case Every():
            return Matching.const_score_query(Matching.all_query(), 1.0)
        case Not(what):
            return every_of([Matching.all_query()], [matching(what, schema, kinds)])
        case Several(parts, every=False):
            return any_of([matching(part, schema, kinds) for part in parts])
        case Several(parts):
            wanted = [matching(part, schema, kinds) for part in parts if not isinstance(part, Not)]
            barred = [matching(part.what, schema, kinds) for part in parts if isinstance(part, Not)]
            return every_of(wanted or [Matching.all_query()], barred)


def visible(query: Query, schema: Schema) -> tuple[list[Matching], list[Matching]]:
    """What the filters admit and what they bar, and so of each article the rows that the query's depth and time choose.

    Nearly all rows are current ones: to bar the others costs a fraction of admitting these.
    """
    found = [_one_of(schema, "site", query.site), _one_of(schema, "language", query.language)]
    found += [_one_of(schema, "section", [name.lower() for name in query.section])]
    found += [_one_of(schema, "ticker", [name.upper() for name in query.ticker])]
    if query.article_ids is not None:
        found += [Matching.term_set_query(schema, "article_id", sorted(query.article_ids))]
    if query.since is not None or query.until is not None:
        found += [_between(schema, query.order, query.since, query.until)]
    admitted, barred = _chosen(query, schema)
    if query.dated_only:
        return [*filter(None, found), *admitted], [*barred, undated(schema)]
    return [*filter(None, found), *admitted], barred


def recency(schema: Schema, now: datetime) -> Matching:
    """What lifts recent articles above older ones that match as well: each span is looked for within the next longer
    one, so that hits older than the longest are asked once."""
    spans = [Matching.const_score_query(_between(schema, "dated_at", now - age, None), gain) for age, gain in _RECENT]
    lift = spans[0]
    for span in spans[1:]:
        lift = Matching.boolean_query([(Occur.Must, span), (Occur.Should, lift)])
    return lift


def undated(schema: Schema) -> Matching:
    """Documents without a time of publication."""
    return Matching.term_query(schema, "undated", "yes", index_option="basic")


def archived_since(schema: Schema, moment: datetime) -> Matching:
    """Rows that the archive has had since then, or later."""
    return _between(schema, "archived_at", moment, None)


def of_articles(schema: Schema, article_ids: Iterable[str]) -> Matching:
    """The documents of these articles."""
    return Matching.term_set_query(schema, "article_id", sorted(article_ids))


def _chosen(query: Query, schema: Schema) -> tuple[list[Matching], list[Matching]]:
    """What tells the rows that count at the query's time, and what the others are now."""
    standings = {"current": ("revision", "edition"), "revisions": ("edition",), "editions": ()}[query.depth]
    barred = [Matching.term_query(schema, "standing", name, index_option="basic") for name in standings]
    if query.as_of is None:
        return [], barred
    now = micros(query.as_of)
    seen = _range(schema, f"{query.clock}_at", None, now + 1)
    if query.depth == "editions":
        return [seen], []
    if query.clock == "archived":
        until = "current_until" if query.depth == "current" else "edition_until"
        return [seen, _range(schema, until, now + 1, None)], []
    if query.depth == "current":
        return [seen, _range(schema, "world_until", now + 1, None)], []
    return [seen], barred


def _one_of(schema: Schema, field: str, values: Iterable[str]) -> Matching | None:
    wanted = list(values)
    return Matching.term_set_query(schema, field, wanted) if wanted else None


def _between(schema: Schema, field: str, since: datetime | None, until: datetime | None) -> Matching:
    return _range(schema, field, micros(since) if since else None, micros(until) if until else None)


def _range(schema: Schema, field: str, first: int | None, end: int | None) -> Matching:
    """From `first` on, before `end`."""
    return Matching.range_query(schema, field, FieldType.Integer, first, None if end is None else end - 1)
