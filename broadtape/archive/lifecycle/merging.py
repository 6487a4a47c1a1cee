"""Merging another archive into this one: rows with their own clocks, decisions, learnt rules, the pages' bytes.

What either archive forgot is forgotten in both: decisions come first and are followed here, and nothing of a forgotten
story is taken in. Rows come last, so that a merge which was cut short can be run again and finds what is left.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import polars as pl

from broadtape.archive import fixity
from broadtape.archive.archive import Archive
from broadtape.archive.copying.source_moment import SourceMoment, look
from broadtape.archive.delta.commits import Fence, append
from broadtape.archive.delta.schema import TableName
from broadtape.archive.leases import MAINTENANCE, Lease
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.segment_key import SegmentKey
from broadtape.errors import ObjectMissing
from broadtape.urls import url_id

__all__ = ["MergeReport", "merge"]

Progress = Callable[[str, int, int], object]

_ROWS: tuple[TableName, ...] = ("articles", "captures")
_SAME: dict[TableName, list[str]] = {
    "articles": ["article_id", "fetched_at", "extractor", "archived_at", "warc_file"],
    "captures": ["site", "run", "outcome", "recorded_at", "url", "url_id", "warc_file", "warc_offset"],
    "decisions": ["decided_at", "decision", "url_id", "article_id", "site", "detail"],
}
"""By what a row is known to be there already: what no two rows of one archive share."""


@dataclass(slots=True)
class MergeReport:
    """What came from the other archive."""

    source: str
    target: str
    articles: int = 0
    captures: int = 0
    decisions: int = 0
    segments: int = 0
    rule_sets: int = 0
    forgotten: int = 0
    """Rows of articles here that the other archive had forgotten."""
    left_out: int = 0
    """Rows of the other archive that this one had forgotten, both tables'."""
    warnings: list[str] = field(default_factory=list)


def merge(
    source: Archive, target: Archive, *, run: str, progress: Progress = lambda *_told: None, seconds: float = 120.0
) -> MergeReport:
    """Takes everything of `source`, which is only read, at one version, into `target`. Done again, it adds nothing.

    Raises LeaseHeld while an outlet concerned, or upkeep, is going on in the target. As of a time past, the target
    answers from then on with what both archives had then.
    """
    here = look(source)
    report = MergeReport(source.uri, target.uri)
    report.decisions = _decisions(source, target, here)
    _follow_takedowns(target, run, report)
    with ExitStack() as held:
        held.enter_context(target.lease(MAINTENANCE, run=run, seconds=seconds))
        leases = {
            site: held.enter_context(target.lease(site, run=run, seconds=seconds)) for site in _sites(source, here)
        }
        _segments(source, target, here, report, progress)
        _rules(source, target, report)
        for number, (site, lease) in enumerate(leases.items(), 1):
            _outlet(source, target, here, lease, report)
            if not target.load_state(site) and (state := source.load_state(site)):
                target.save_state(site, state)
            progress("outlets", number, len(leases))
        # It knows of rows by when they were archived here, and these are older than what it has.
        target.objects.delete([info.key for info in target.objects.list("index/")])
        fixity.sweep(target.objects)
    return report


def _version(here: SourceMoment, name: TableName) -> int | None:
    return here.tables[name].version if name in here.tables else None


def _sites(source: Archive, here: SourceMoment) -> list[str]:
    found: set[str] = set()
    for name in _ROWS:
        if name in here.tables:
            table, version = source.tables[name], _version(here, name)
            found |= set(table.read(lambda rows: rows.select(pl.col("site").unique()), version=version)["site"])
    return sorted(found)


def _decisions(source: Archive, target: Archive, here: SourceMoment) -> int:
    version = _version(here, "decisions")
    if version is None:
        return 0
    rows = source.tables["decisions"].read(lambda rows: rows, version=version)
    fresh = _fresh(target, "decisions", rows, pl.lit(value=True))
    if fresh.height:
        append(target.tables["decisions"], fresh)
    return fresh.height


def _fresh(target: Archive, name: TableName, rows: pl.DataFrame, asked: pl.Expr) -> pl.DataFrame:
    """Those of the rows that the target has not; `asked` narrows what is looked at there."""
    same = _SAME[name]
    known = target.tables[name].read(lambda there: there.filter(asked).select(same).unique())
    return rows.join(known, on=same, how="anti", nulls_equal=True).unique(same, maintain_order=True)


def _follow_takedowns(target: Archive, run: str, report: MergeReport) -> None:
    """Forgets what the other archive had forgotten and this one still has."""
    target.tables["decisions"].expire()
    articles, numbers = target.decisions.forgotten_articles(), target.decisions.forgotten()
    stories = pl.col("article_id").is_in(articles)
    held = target.tables["articles"].read(lambda rows: rows.filter(stories).select(pl.col("article_id").unique()))
    addresses = pl.col("url_id").is_in(numbers) & pl.col("article_id").is_not_null() & pl.col("url").is_not_null()
    listed = target.tables["captures"].read(lambda rows: rows.filter(addresses).select(pl.col("url").unique()))
    if held.height or listed.height:
        reason = f"forgotten in {report.source}"
        receipt = forget(
            target, urls=listed["url"].to_list(), article_ids=held["article_id"].to_list(), run=run, reason=reason
        )
        report.forgotten, report.warnings = receipt.articles, [*report.warnings, *receipt.warnings]


def _segments(source: Archive, target: Archive, here: SourceMoment, report: MergeReport, progress: Progress) -> None:
    keys = sorted(key for key in here.objects if SegmentKey.is_one(key))
    held = {info.key: info.size for info in target.objects.list(SegmentKey.prefix())}
    for done, key in enumerate(keys, 1):
        if key not in held:
            report.segments += _segment(source, target, SegmentKey.parse(key))
        elif held[key] != here.objects[key].size:
            report.warnings.append(
                f"{key} differs in the two archives: the target's stays. 'broadtape verify' tells more."
            )
        progress("segments", done, len(keys))


def _segment(source: Archive, target: Archive, key: SegmentKey) -> bool:
    """Stores one segment, what is forgotten blanked out of it; whether it was still there."""
    with tempfile.TemporaryDirectory(prefix="broadtape-") as folder:
        path = Path(folder, key.name)
        try:
            with source.local_segment(key) as whole:
                shutil.copyfile(whole, path)
        except ObjectMissing:
            return False
        target.put_segment(path, key)
    return True


def _rules(source: Archive, target: Archive, report: MergeReport) -> None:
    """Every set, which rows name; which one is in force stays as it is here, where any is."""
    keys = [info.key for info in source.objects.list("rules/")]
    for key in sorted(keys, key=lambda key: key.endswith("/in-force.json")):
        if target.objects.info(key) is None:
            fixity.replace(target.objects, key, source.objects.get(key))
            report.rule_sets += not key.endswith("/in-force.json")


def _outlet(source: Archive, target: Archive, here: SourceMoment, lease: Lease, report: MergeReport) -> None:
    """One outlet's rows, articles before captures as a run commits them, a month at a time."""
    numbers, stories = target.decisions.forgotten(), target.decisions.forgotten_articles()
    for name in _ROWS:
        for rows, asked in _batches(source, here, name, lease.site):
            kept = rows.filter(~_gone(rows, numbers, stories))
            stories |= set(rows.join(kept, on=_SAME[name], how="anti", nulls_equal=True)["article_id"].drop_nulls())
            report.left_out += rows.height - kept.height
            fresh = _fresh(target, name, kept, asked)
            lease.check()
            if fresh.height:
                append(target.tables[name], fresh, [Fence(lease.site, lease.epoch)])
            setattr(report, name, getattr(report, name) + fresh.height)


def _gone(rows: pl.DataFrame, numbers: set[int], stories: set[str]) -> pl.Expr:
    """Which rows are of what was forgotten: by their story, or by any address of it."""
    urls = {url for url in rows["url"].drop_nulls().unique() if url_id(url) in numbers} if numbers else set()
    named = pl.col("article_id").is_in(stories) | pl.col("url").is_in(urls)
    if "url_id" in rows.columns:
        named = named | pl.col("url_id").is_in(numbers)
    return named.fill_null(value=False)


def _batches(source: Archive, here: SourceMoment, name: TableName, site: str) -> Iterator[tuple[pl.DataFrame, pl.Expr]]:
    """The outlet's rows, of articles month by month; and what they are among in the target."""
    version, table = _version(here, name), source.tables[name]
    if version is None:
        return
    own = pl.col("site") == site
    if name != "articles":
        yield table.read(lambda rows: rows.filter(own), version=version), own
        return
    months = table.read(lambda rows: rows.filter(own).select(pl.col("fetched_month").unique().sort()), version=version)
    for month in months["fetched_month"]:
        asked = own & (pl.col("fetched_month") == month)
        yield table.read(partial(_filtered, asked), version=version), asked


def _filtered(asked: pl.Expr, rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.filter(asked)
