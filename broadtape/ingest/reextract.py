"""Cleaning again what is archived: new editions of the same fetches, never a publisher's revision."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

import polars as pl

from broadtape.archive import Archive, Lease, article_of, sql_text
from broadtape.archive.segment_key import SegmentKey
from broadtape.article import Article
from broadtape.capture import Note
from broadtape.ingest.edition_changes import Change
from broadtape.ingest.listing_facts import with_listing
from broadtape.ingest.page_job import Refusal
from broadtape.site import Site
from broadtape.times import iso

__all__ = [
    "CleanedAgain", "Held", "Progress", "changes_of", "in_parts", "outdated", "touched_by", "write_editions",
]  # fmt: skip

_PART = 50
"""Texts that are cleaned together: a second's work."""

_AGAIN = "~"
"""What follows it in an extractor tells how often a text came back to these rules."""


@dataclass(frozen=True, slots=True)
class Held:
    """The newest edition of an archived text: whose, and where its page lies."""

    article_id: str
    site: str
    fetched_at: datetime
    warc_file: str
    warc_offset: int

    @property
    def place(self) -> tuple[str, int]:
        """Where its page lies; texts are cleaned in this order."""
        return self.warc_file, self.warc_offset


def outdated(
    archive: Archive,
    sites: Collection[Site],
    today: Callable[[str], str],
    *,
    since: datetime | None = None,
    sample: int | None = None,
) -> list[Held]:
    """The texts of these outlets that other rules than today's made, oldest segments first.

    `today` gives the extractor of an outlet's rules. Only the `sample` newest texts where that is given. Texts made
    from a listing alone have no page to clean.
    """
    current = {site.name: today(site.name) for site in sites}
    made_by = pl.col("extractor").str.split(_AGAIN).list.first()
    old = made_by != pl.col("site").replace_strict(current, return_dtype=pl.String)
    return _held(archive, list(current), old if since is None else old & (pl.col("fetched_at") >= since), sample)


def touched_by(archive: Archive, site: str, rules: Collection[str]) -> list[Held]:
    """The texts of an outlet from which one of these rules took a line, oldest segments first."""
    names = pl.col("removed").list.eval(pl.element().struct.field("rule"))
    taken = names.list.eval(pl.element().is_in(list(rules))).list.any()
    return _held(archive, [site], taken)


def _held(archive: Archive, sites: Sequence[str], chosen: pl.Expr, sample: int | None = None) -> list[Held]:
    """Those of the newest editions of each text that are `chosen`; the `sample` newest of them, where it is given."""

    def wanted(rows: pl.LazyFrame) -> pl.LazyFrame:
        texts = rows.filter(pl.col("site").is_in(sites), pl.col("text").is_not_null()).with_columns(chosen=chosen)
        newest = (
            texts.select(*Held.__dataclass_fields__, "archived_at", "extractor", "chosen")
            .sort("archived_at", "extractor")
            .unique(["article_id", "fetched_at"], keep="last", maintain_order=True)
            .filter("chosen")
        )
        if sample is not None:
            newest = newest.sort("fetched_at", descending=True).head(sample)
        return newest.select(*Held.__dataclass_fields__).sort("warc_file", "warc_offset")

    found = archive.tables["articles"].read(wanted, _of(sites))
    return [Held(**row) for row in found.iter_rows(named=True)]


def _of(sites: Sequence[str]) -> str | None:
    return f"site IN ({', '.join(map(sql_text, sites))})" if sites else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an outlet's texts were cleaned again by one set of rules: what changes nothing leaves no other trace."""

    extractor: str
    since: str | None
    segment: str = ""
    offset: int = -1

    @classmethod
    def load(cls, archive: Archive, site: str, extractor: str, since: datetime | None) -> Progress:
        """Where the last run with these rules and this `since` got to; the beginning where there was none."""
        begun = cls(extractor, iso(since) if since else None)
        state = archive.load_state(_state(site))
        if (state.get("extractor"), state.get("since")) != (begun.extractor, begun.since):
            return begun
        segment, offset = state.get("segment"), state.get("offset")
        if isinstance(segment, str) and isinstance(offset, int):
            return replace(begun, segment=segment, offset=offset)
        return begun

    def left(self, texts: Sequence[Held]) -> list[Held]:
        """Those of the texts that lie further on."""
        return [held for held in texts if held.place > (self.segment, self.offset)]

    def save(self, archive: Archive, site: str, last: Held) -> None:
        """Keeps that all up to this text are done."""
        state = {
            "extractor": self.extractor, "since": self.since, "segment": last.warc_file, "offset": last.warc_offset,
        }  # fmt: skip
        archive.save_state(_state(site), state)


def _state(site: str) -> str:
    return f"reextract/{site}"


@dataclass(frozen=True, slots=True)
class CleanedAgain:
    """A text, the note on its page, and what today's rules make of that; `made` is None where the page is not there."""

    held: Held
    note: Note | None
    made: Article | Refusal | None


def in_parts(texts: Sequence[Held]) -> Iterator[tuple[SegmentKey, list[Held], int | None]]:
    """The texts segment by segment, some at a time, with where the next ones of the segment begin, if there are any."""
    for key, group in groupby(texts, key=lambda held: held.warc_file):
        held = list(group)
        for start in range(0, len(held), _PART):
            rest = held[start + _PART :]
            yield SegmentKey.parse(key), held[start : start + _PART], rest[0].warc_offset if rest else None


def changes_of(archive: Archive, cleaned: Sequence[CleanedAgain]) -> Iterator[Change]:
    """What cleaning again changes of each text, but for those whose pages are not there."""
    editions = _editions(archive, [each.held for each in cleaned])
    for each in cleaned:
        old, made = editions.get(_key(each.held)), each.made
        if isinstance(made, Refusal) and old:
            yield Change(old[-1], None, made.reason)
        elif isinstance(made, Article) and old:
            yield Change(old[-1], _edition(with_listing(made, each.note) if each.note else made, old))


def _editions(archive: Archive, texts: Sequence[Held]) -> dict[tuple[str | None, datetime | None], list[Article]]:
    """All editions of each of these texts, the newest last."""
    sites, ids = {held.site for held in texts}, {held.article_id for held in texts}
    mine = pl.col("article_id").is_in(sorted(ids))
    found = archive.tables["articles"].read(
        lambda rows: rows.filter(mine).sort("archived_at", "extractor"), _of(sorted(sites))
    )
    editions: dict[tuple[str | None, datetime | None], list[Article]] = {}
    for row in found.iter_rows(named=True):
        article = article_of(row)
        editions.setdefault((article.article_id, article.fetched_at), []).append(article)
    return editions


def _key(held: Held) -> tuple[str | None, datetime | None]:
    return held.article_id, held.fetched_at


def write_editions(archive: Archive, changes: Sequence[Change], lease: Lease) -> int:
    """Commits the changed texts as new editions of the same fetches; gives their number."""
    editions = [change.after for change in changes if change.changed and change.after]
    if editions:
        archive.commit(articles=editions, captures=[], leases=[lease])
    return len(editions)


def _edition(after: Article, editions: Sequence[Article]) -> Article:
    """The new text with what only the archive knew of the old ones, told apart from each of them.

    A text may come back to rules that made it before, such as when a rule is taken back. To readers, rows of one
    extractor are one row: the new one must not pass for a copy of the old.
    """
    known = {edition.extractor for edition in editions}
    extractor, times = after.extractor, 1
    while extractor in known:
        times += 1
        extractor = f"{after.extractor}{_AGAIN}{times}"
    known_before = {name: getattr(editions[-1], name) for name in Article.carried()}
    return replace(after, extractor=extractor, **known_before)
