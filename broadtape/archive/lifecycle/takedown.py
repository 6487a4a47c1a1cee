"""Forgetting: nothing of a story stays in any file of the archive, and it is never taken in again.

The tombstone comes first and the articles' rows go last, so that a takedown which was cut short can be run again with
the same words and finds what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import polars as pl

from broadtape.archive import fixity
from broadtape.archive.archive import Archive
from broadtape.archive.decisions import Decision
from broadtape.archive.delta.queries import sql_text
from broadtape.archive.delta.rewrite import rewrite
from broadtape.archive.delta.tables import Table
from broadtape.archive.leases import MAINTENANCE
from broadtape.archive.lifecycle.takedown_targets import Request, Targets, resolve
from broadtape.archive.lifecycle.vacuum import clean_log, remove_unnamed
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc.blank import blanked

__all__ = ["Receipt", "forget"]

_SLOW_WRITER = timedelta(minutes=10)
"""Log entries hold ids and times only; this long a writer may still need them."""


@dataclass(slots=True)
class Receipt:
    """What a takedown removed, or would remove. It names nothing of what was forgotten but hashes."""

    decided_at: datetime
    dry_run: bool
    url_ids: list[int]
    article_ids: list[str]
    sites: list[str]
    articles: int = 0
    """Rows of `articles`."""
    captures: int = 0
    """Rows of `captures`."""
    records: int = 0
    """WARC records blanked."""
    segments: int = 0
    """WARC files they lay in, or that were removed whole with their outlet."""
    files: int = 0
    """Data files and derived files removed."""
    warnings: list[str] = field(default_factory=list)
    """What could not be done here and must be done by hand."""


def forget(
    archive: Archive,
    *,
    urls: Sequence[str] = (),
    sites: Sequence[str] = (),
    authors: Sequence[str] = (),
    article_ids: Sequence[str] = (),
    run: str,
    reason: str | None = None,
    dry_run: bool = False,
) -> Receipt:
    """Removes stories for good: rows, files that held them, WARC records, index, and blocks them from now on.

    Takes every address and revision of a story that one of the arguments names. Authors are written as archived.
    Raises LeaseHeld while an outlet concerned is being written. Interrupted, it may be run again. With `dry_run` it
    only counts. Those who are reading at the time get a StoreError.
    """
    request = Request(tuple(urls), tuple(sites), tuple(authors), tuple(article_ids))
    if dry_run:
        targets = resolve(archive, request)
        receipt = _receipt(archive, targets, dry_run=True)
        _count(archive, targets, receipt)
        return receipt
    with ExitStack() as held:
        targets = _seize(archive, request, run, held)
        receipt = _receipt(archive, targets, dry_run=False)
        archive.decisions.record(_tombstones(targets, reason))
        touched = [*_clear_derived(archive, targets, receipt), *_blank(archive, targets, receipt)]
        receipt.captures = _take_out(archive.tables["captures"], targets, targets.captures())
        receipt.articles = _take_out(archive.tables["articles"], targets, targets.articles())
        touched += _sweep(archive, targets, receipt)
        if warning := archive.objects.purge(touched):
            receipt.warnings.append(warning)
    return receipt


def _seize(archive: Archive, request: Request, run: str, held: ExitStack) -> Targets:
    """The targets, once every outlet concerned is under our lease and can write no more of it."""
    taken: set[str] = set()
    while True:
        targets = resolve(archive, request)
        wanted = {*targets.sites, MAINTENANCE} - taken
        if not wanted:
            return targets
        for site in sorted(wanted):
            held.enter_context(archive.lease(site, run=run))
        taken |= wanted


def _receipt(archive: Archive, targets: Targets, *, dry_run: bool) -> Receipt:
    return Receipt(archive.now(), dry_run, sorted(targets.url_ids), sorted(targets.article_ids), sorted(targets.sites))


def _tombstones(targets: Targets, reason: str | None) -> list[Decision]:
    site = next(iter(targets.sites)) if len(targets.sites) == 1 else None
    urls = (Decision(decision="forget", url_id=number, site=site, reason=reason) for number in sorted(targets.url_ids))
    stories = (
        Decision(decision="forget", article_id=name, site=site, reason=reason) for name in sorted(targets.article_ids)
    )
    return [*urls, *stories]


def _clear_derived(archive: Archive, targets: Targets, receipt: Receipt) -> list[str]:
    """The index is made again by maintenance; a state only spares requests; learnt rules name pages as examples."""
    keys = [info.key for info in archive.objects.list("index/")]
    states = {f"state/{site}.json" for site in targets.sites}
    keys += [info.key for info in archive.objects.list("state/") if info.key in states]
    fixity.retract(archive.objects, keys)
    archive.objects.delete(keys)
    keys += archive.rules.forget(targets.sites, targets.whole_sites, targets.url_ids)
    receipt.files += len(keys)
    return keys


def _blank(archive: Archive, targets: Targets, receipt: Receipt) -> list[str]:
    touched = []
    for key in _segments(archive, targets):
        if key.site in targets.whole_sites:
            archive.objects.delete([str(key)])
        else:
            result = _without(archive, targets, key)
            if result is None:
                continue
            archive.objects.put(str(key), result[0])
            receipt.records += result[1]
        receipt.segments += 1
        touched.append(str(key))
    return touched


def _without(archive: Archive, targets: Targets, key: SegmentKey) -> tuple[bytes, int] | None:
    with archive.local_segment(key) as path:
        return blanked(path, lambda record: targets.speaks_of(record, str(key)))


def _segments(archive: Archive, targets: Targets) -> Iterator[SegmentKey]:
    """Every segment of these outlets from the day on which the first of it was seen: not each record has a row."""
    first = min((SegmentKey.parse(key).day for key, _ in targets.places), default=date.min)
    for site in sorted(targets.sites):
        for key in list(archive.segments(site)):
            if site in targets.whole_sites or key.day >= first:
                yield key


def _take_out(table: Table, targets: Targets, chosen: pl.Expr) -> int:
    def without(rows: pl.DataFrame) -> pl.DataFrame | None:
        kept = rows.filter(~chosen)
        return kept if kept.height < rows.height else None

    if not targets.sites:
        return 0
    where = f"site IN ({', '.join(map(sql_text, sorted(targets.sites)))})"
    return rewrite(table, lambda files: [[file] for file in files], without, data_change=True, where=where).rows_removed


def _sweep(archive: Archive, targets: Targets, receipt: Receipt) -> list[str]:
    """Every data file that held it once, and the log that named those."""
    removed: list[str] = []
    for table, chosen in (
        (archive.tables["captures"], targets.captures()),
        (archive.tables["articles"], targets.articles()),
    ):
        removed += remove_unnamed(table, readers=None, suspect=chosen)
        removed += clean_log(table, keep=_SLOW_WRITER)
    receipt.files += len(removed)
    return removed


def _count(archive: Archive, targets: Targets, receipt: Receipt) -> None:
    receipt.captures = _count_rows(archive.tables["captures"], targets.captures())
    receipt.articles = _count_rows(archive.tables["articles"], targets.articles())
    for key in _segments(archive, targets):
        if key.site in targets.whole_sites:
            receipt.segments += 1
            continue
        if result := _without(archive, targets, key):
            receipt.segments, receipt.records = receipt.segments + 1, receipt.records + result[1]


def _count_rows(table: Table, chosen: pl.Expr) -> int:
    return int(table.read(lambda rows: rows.filter(chosen).select(pl.len())).item())
