"""Cleaning again what is archived: new editions, never a publisher's revision, or only what would change and why."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

import polars as pl

from broadtape.archive import Archive, Lease
from broadtape.archive.warc import read_segment
from broadtape.article import Article
from broadtape.cleaning import extractor_id
from broadtape.ingest.page import PageJob, Refusal
from broadtape.ingest.workers import Cleaners
from broadtape.site import Site

__all__ = ["Change", "Changes", "Held", "clean_again", "outdated", "write_editions"]

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Held:
    """An archived text: whose, where its page lies, and what made it."""

    article_id: str
    site: str
    url: str
    fetched_at: datetime
    extractor: str | None
    title: str | None
    text: str | None
    warc_file: str
    warc_offset: int


@dataclass(frozen=True, slots=True)
class Change:
    """One text before and after; `after` is None where today's rules find no article in the page."""

    before: Held
    after: Article | None
    reason: str | None = None

    @property
    def changed(self) -> bool:
        """Whether a reader would see a difference."""
        return self.after is None or (self.after.title, self.after.text) != (self.before.title, self.before.text)


@dataclass(slots=True)
class Changes:
    """What cleaning again changes, counted by the rule that makes the difference."""

    looked_at: int = 0
    changed: int = 0
    lost: int = 0
    """Texts whose page today's rules take for no article; the edition that is archived stays."""
    rules: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Rule → (address, line) of the first few."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {**values, "rules": dict(self.rules)}

    def count(self, change: Change) -> None:
        """Takes one text into account."""
        self.looked_at += 1
        if not change.changed:
            return
        if change.after is None:
            self.lost += 1
            self._note(f"no article: {change.reason}", change.before.url, "")
            return
        self.changed += 1
        for rule, line in _differences(change.before, change.after):
            self._note(rule, change.before.url, line)

    def _note(self, rule: str, url: str, line: str) -> None:
        self.rules[rule] += 1
        shown = self.examples.setdefault(rule, [])
        if len(shown) < _EXAMPLES:
            shown.append((url, line))


def _differences(before: Held, after: Article) -> Iterator[tuple[str, str]]:
    """Each paragraph that goes or comes, with the rule that takes it now, or `kept now`, or `title`."""
    if before.title != after.title:
        yield "title", f"{before.title} → {after.title}"
    taken = {removed.line: removed.rule for removed in after.removed}
    for line in difflib.ndiff((before.text or "").split("\n\n"), after.paragraphs):
        if line.startswith("- "):
            yield taken.get(line[2:], "extraction"), line[2:]
        elif line.startswith("+ "):
            yield "kept now", line[2:]


def outdated(
    archive: Archive, sites: Collection[Site], *, since: datetime | None = None, sample: int | None = None
) -> list[Held]:
    """The newest edition of each text that other rules than today's made, oldest segments first.

    Only the `sample` newest where that is given. Texts made from a listing alone have no page to clean.
    """
    today = {site.name: extractor_id(site) for site in sites}
    frame = archive.frame("articles").filter(pl.col("site").is_in(list(today)), pl.col("text").is_not_null())
    if since is not None:
        frame = frame.filter(pl.col("fetched_at") >= since)
    newest = (
        frame.select(*Held.__dataclass_fields__, "archived_at")
        .sort("archived_at")
        .unique(["article_id", "fetched_at"], keep="last", maintain_order=True)
        .filter(pl.col("extractor") != pl.col("site").replace_strict(today, return_dtype=pl.String))
        .drop("archived_at")
    )
    if sample is not None:
        newest = newest.sort("fetched_at", descending=True).head(sample)
    rows = newest.sort("warc_file", "warc_offset").collect()
    return [Held(**row) for row in rows.iter_rows(named=True)]


def clean_again(archive: Archive, texts: Sequence[Held], cleaners: Cleaners) -> Iterator[Change]:
    """Each text cleaned by today's rules, read segment by segment from the archive."""
    by_segment: dict[str, dict[int, Held]] = {}
    for held in texts:
        by_segment.setdefault(held.warc_file, {})[held.warc_offset] = held
    for key, wanted in by_segment.items():
        with archive.local_segment(key) as path:
            pages = [(wanted[r.offset], r) for r in read_segment(path) if r.offset in wanted and r.http]
            jobs = [PageJob(held.site, held.url, r.http, r.date) for held, r in pages if r.http]
            for (held, _), result in zip(pages, cleaners.clean(jobs), strict=True):
                refused = isinstance(result, Refusal)
                yield Change(held, None, result.reason) if refused else Change(held, result)  # type: ignore[arg-type,union-attr]


def write_editions(archive: Archive, changes: Sequence[Change], lease: Lease) -> int:
    """Commits the changed texts as new editions of the same fetches; gives their number.

    What only the archive knows is carried over from the edition before.
    """
    changed = {(c.before.article_id, c.before.fetched_at): c.after for c in changes if c.changed and c.after}
    if not changed:
        return 0
    editions = [
        _carry_over(changed[row.article_id or "", row.fetched_at], row)  # type: ignore[index]
        for key in {c.before.warc_file for c in changes}
        for row in _newest(archive.rows_of(key))
        if (row.article_id, row.fetched_at) in changed
    ]
    archive.commit(articles=editions, captures=[], leases=[lease])
    return len(editions)


def _newest(rows: Sequence[Article]) -> list[Article]:
    newest: dict[tuple[object, object], Article] = {}
    for row in sorted(rows, key=lambda row: row.archived_at.timestamp() if row.archived_at else 0.0):
        newest[row.article_id, row.fetched_at] = row
    return list(newest.values())


def _carry_over(after: Article, before: Article) -> Article:
    """The new text with what the archive knew of the old one; a date that only the listing gave stays."""
    after = replace(
        after,
        **{
            name: getattr(before, name)
            for name in (
                "article_id", "site", "url", "first_listed_at", "fetched_at", "access", "rights", "rights_checked_at",
                "payload_sha256", "source", "warc_file", "warc_offset", "warc_length",
            )
        },
    )  # fmt: skip
    if after.published_at is None and before.published_source == "feed":
        after = replace(
            after,
            published_at=before.published_at,
            published_raw=before.published_raw,
            published_precision=before.published_precision,
            published_source=before.published_source,
        )
    return after
