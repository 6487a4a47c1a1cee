"""The archive: one address, everything kept under it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import polars as pl

from broadtape.archive import leases
from broadtape.archive.decisions import Decisions
from broadtape.archive.delta.commits import Fence, append_stamped, epoch_of, shut_out
from broadtape.archive.delta.creation import create as create_table
from broadtape.archive.delta.schema import TABLES, TableName, article_frame, capture_frame
from broadtape.archive.delta.tables import Table
from broadtape.archive.info import ArchiveInfo, create_info, read_info
from broadtape.archive.learnt_rule_sets import RuleSets
from broadtape.archive.leases import Lease
from broadtape.archive.ledger import Ledger
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.spools_elsewhere import note_dead
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.archive.stores.open_store import open_store
from broadtape.archive.texts import Texts
from broadtape.archive.warc import Record, read_record
from broadtape.archive.warc.blank import blank_out
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.errors import ObjectMissing
from broadtape.times import utcnow

__all__ = ["Archive"]

_OF_OUTLETS = {"polled", "busy"}
"""Outcomes of rows that change the state of no URL: no lease need cover them."""


class Archive:
    """An archive in a folder or on S3. Reading needs no more than read access; nothing is cached beyond Delta's log.

    Every method raises StoreError where the store fails. Safe for use by several threads.
    """

    def __init__(self, store: ObjectStore, info: ArchiveInfo, clock: Callable[[], datetime] = utcnow) -> None:
        self.objects = store
        self.info = info
        self.tables: Mapping[TableName, Table] = {
            name: Table(store, spec, clock, conditional=info.conditional_put) for name, spec in TABLES.items()
        }
        self.ledger = Ledger(self.tables["captures"])
        self.texts = Texts(self.tables["articles"])
        self.decisions = Decisions(self.tables["decisions"])
        self.rules = RuleSets(store, clock)
        self._clock = clock

    @classmethod
    def open(cls, uri: str, *, create: bool = False, clock: Callable[[], datetime] = utcnow) -> Self:
        """The archive at `uri`; with `create`, made there if the place is new or empty.

        Raises NotAnArchive, ArchiveTooNew, or StoreError where the store cannot be reached or refuses.
        """
        store = open_store(uri)
        store.reach()
        archive = cls(store, create_info(store, clock) if create else read_info(store), clock)
        if create:
            for table in archive.tables.values():
                create_table(table)
        return archive

    @property
    def uri(self) -> str:
        """The archive's address: an absolute path or `s3://bucket/prefix`."""
        return self.objects.uri

    def now(self) -> datetime:
        """The archive's clock: UTC, unless the archive was opened with another."""
        return self._clock()

    # Writing: leases and commits

    def lease(self, site: str, *, run: str, seconds: float = 120.0) -> Lease:
        """The right to write `site`, renewed by itself until released; raises LeaseHeld."""
        lease, before = leases.acquire(
            self.objects,
            site,
            run=run,
            seconds=seconds,
            conditional=self.info.conditional_put,
            floor=lambda: max(epoch_of(self.tables[name], site) for name in ("articles", "captures")),
            clock=self._clock,
        )
        if before and not before.released:
            note_dead(self.objects, before)
            # Its holder may be asleep, not dead: shut it out before anything is read for the new run.
            for name in ("articles", "captures"):
                shut_out(self.tables[name], [Fence(site, lease.epoch)])
        for table in self.tables.values():
            table.expire()  # what the last holder wrote must be seen from here on
        return lease

    def commit(self, *, articles: Sequence[Article], captures: Sequence[Capture], leases: Sequence[Lease]) -> datetime:
        """Appends articles, then captures, each in one commit fenced by the leases; returns the articles' stamp.

        A row's `archived_at` or `recorded_at` is the moment just before its commit.

        Every row's outlet must be under one of the leases, but for ledger rows that say how a run fared with an outlet
        (`polled`, `busy`): they change the state of no URL, and the outlet may be another run's by then. Raises
        LeaseLost if one is lost: then this table's rows are not written. To commit a batch again adds rows that
        readers take for one; `Ledger.committed` and `Texts.of_segment` spare that.
        """
        _check_cover(articles, captures, leases)
        batches: list[tuple[TableName, int, Callable[[datetime], pl.DataFrame]]] = [
            ("articles", len(articles), functools.partial(article_frame, articles)),
            ("captures", len(captures), functools.partial(capture_frame, captures)),
        ]
        stamp = None
        for name, count, rows in batches:
            for lease in leases:
                lease.check()
            if count:
                written = append_stamped(self.tables[name], rows, [Fence(lease.site, lease.epoch) for lease in leases])
                stamp = stamp or written
        return stamp or self._clock()

    def put_segment(self, path: Path, key: SegmentKey) -> None:
        """Stores a closed segment, checked by digest. The same bytes already there: fine; others: DigestMismatch.

        What was forgotten while the segment lay in the spool is blanked first, in the file itself.
        """
        if forgotten := self.decisions.forgotten():
            blank_out(path, forgotten)
        self.objects.put_file(str(key), path)

    # Segments

    def segments(self, site: str | None = None) -> Iterator[SegmentKey]:
        """The stored segments, of one outlet or of all, by outlet, day and name; `verify` tells what else is there."""
        return iter(self.segment_sizes(site))

    def segment_sizes(self, site: str | None = None) -> dict[SegmentKey, int]:
        """The same, each with its bytes."""
        listed = self.objects.list(SegmentKey.prefix(site))
        return {SegmentKey.parse(info.key): info.size for info in listed if SegmentKey.is_one(info.key)}

    def local_segment(self, key: SegmentKey) -> AbstractContextManager[Path]:
        """A segment as a local file: itself, or a download that goes when the context ends; raises ObjectMissing."""
        return self.objects.local(str(key))

    def read_record(self, key: str, offset: int, length: int) -> Record:
        """One record by one ranged read; raises ObjectMissing, or WarcError where no record starts there."""
        return read_record(self.objects.get(key, offset, length), offset, key)

    # State that may be lost

    def load_state(self, site: str) -> dict[str, Any]:
        """What `save_state` kept; empty where there is nothing, or nothing readable."""
        try:
            state = json.loads(self.objects.get(_state_key(site)))
        except (ObjectMissing, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def save_state(self, site: str, state: Mapping[str, Any]) -> None:
        """Keeps validators and the like: plain JSON, the last one to write wins."""
        self.objects.put(_state_key(site), json.dumps(state, ensure_ascii=False, sort_keys=True).encode())


def _state_key(site: str) -> str:
    return f"state/{site}.json"


def _check_cover(articles: Sequence[Article], captures: Sequence[Capture], leases: Sequence[Lease]) -> None:
    covered = {lease.site for lease in leases}
    named = {article.site for article in articles} | {row.site for row in captures if row.outcome not in _OF_OUTLETS}
    if bare := named - covered:
        raise ValueError(f"no lease covers the rows of {', '.join(sorted(map(str, bare)))}")
