"""The archive: one address, everything kept under it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from broadtape.archive import batch_commit, decisions, learnt_rule_sets, leases, near_duplicates
from broadtape.archive.decisions import Decision
from broadtape.archive.delta import lookups
from broadtape.archive.delta.commits import Fence, epoch_of, shut_out
from broadtape.archive.delta.schema import TABLES, TableName
from broadtape.archive.delta.tables import Table
from broadtape.archive.info import ArchiveInfo, create_info, read_info
from broadtape.archive.leases import Lease
from broadtape.archive.lifecycle import compaction, takedown, verification
from broadtape.archive.lifecycle.compaction import MaintenanceReport
from broadtape.archive.lifecycle.takedown import Receipt
from broadtape.archive.lifecycle.takedown_targets import Request
from broadtape.archive.lifecycle.verification import Damage
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.archive.stores.open_store import open_store
from broadtape.archive.warc import Record, read_record
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.errors import ObjectMissing
from broadtape.times import utcnow

if TYPE_CHECKING:
    import pyarrow.dataset

    from broadtape.learnt_rules import LearntRules

__all__ = ["Archive"]


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
                table.create()
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
            # Its holder may be asleep, not dead: shut it out before anything is read for the new run.
            for name in ("articles", "captures"):
                shut_out(self.tables[name], [Fence(site, lease.epoch)])
        return lease

    def maintenance(self, *, run: str) -> Lease:
        """The right to rewrite tables and what is derived from them, which appends do not need; raises LeaseHeld."""
        return self.lease(takedown.MAINTENANCE, run=run)

    def bury(self, run: str) -> None:
        """Frees what `run` still holds on this machine: for the spool's lock has told that it is dead."""
        leases.bury(self.objects, run)

    def commit(self, *, articles: Sequence[Article], captures: Sequence[Capture], leases: Sequence[Lease]) -> datetime:
        """Appends articles, then captures, each in one commit fenced by the leases; returns the articles' stamp.

        A row's `archived_at` or `recorded_at` is the moment just before its commit.

        Every row's outlet must be under one of the leases, but for ledger rows that say how a run fared with an outlet
        (`polled`, `busy`): they change the state of no URL, and the outlet may be another run's by then. Raises
        LeaseLost if one is lost: then this table's rows are not written. To commit a batch again adds rows that
        readers take for one; `done` and `rows_of` spare that.
        """
        return batch_commit.commit(self.tables, articles, captures, leases) or self._clock()

    def put_segment(self, path: Path, key: SegmentKey) -> None:
        """Stores a closed segment, checked by digest. The same bytes already there: fine; others: DigestMismatch.

        What was forgotten while the segment lay in the spool is blanked first, in the file itself.
        """
        if forgotten := decisions.forgotten(self.tables["decisions"]):
            takedown.scrub(path, forgotten)
        self.objects.put_file(str(key), path)

    def forget(
        self,
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
        return takedown.forget(self, request, run=run, reason=reason, dry_run=dry_run)

    def maintain(self, *, run: str) -> MaintenanceReport:
        """Compacts the tables, shortens their logs, removes what nobody needs any more; daily is often enough.

        Others may write and read meanwhile; a read begun more than two days ago may then get a StoreError. Raises
        LeaseHeld while another maintenance or a takedown is going on.
        """
        return compaction.maintain(self, run=run)

    def verify(
        self, *, digests: bool = True, progress: Callable[[int, int], None] = lambda _done, _total: None
    ) -> Iterator[Damage]:
        """Checks tables, segments and digests against each other; gives what is wrong, nothing where all is well.

        Without `digests` no segment is read, only looked for. `progress` is told how many segments are checked, of how
        many.
        """
        return verification.verify(self, digests=digests, progress=progress)

    def decide(self, rows: Sequence[Decision]) -> None:
        """Records what people decided."""
        decisions.record(self.tables["decisions"], rows, self._clock())

    # Reading: WARC

    def segments(self, site: str | None = None) -> Iterator[SegmentKey]:
        """The stored segments, of one outlet or of all, by outlet, day and name; `verify` tells what else is there."""
        listed = (info.key for info in self.objects.list(SegmentKey.prefix(site)))
        return (SegmentKey.parse(key) for key in listed if SegmentKey.is_one(key))

    def local_segment(self, key: SegmentKey) -> AbstractContextManager[Path]:
        """A segment as a local file: itself, or a download that goes when the context ends; raises ObjectMissing."""
        return self.objects.local(str(key))

    def read_record(self, key: str, offset: int, length: int) -> Record:
        """One record by one ranged read; raises ObjectMissing, or WarcError where no record starts there."""
        return read_record(self.objects.get(key, offset, length), offset, key)

    # Reading: tables

    def known(self, site: str, url_ids: Collection[int]) -> dict[int, Capture]:
        """The newest ledger row of each of these URLs of the outlet; those never recorded are left out."""
        return lookups.known(self.tables["captures"], site, url_ids)

    def recent(self, sites: Collection[str], since: datetime) -> list[Capture]:
        """The newest row of each URL last `archived` or `unchanged` and published (else fetched) since then."""
        return lookups.recent(self.tables["captures"], sites, since)

    def held(self, sites: Collection[str] = ()) -> list[Capture]:
        """The ledger's row of each URL whose page is quarantined, of these outlets or of all."""
        return lookups.held(self.tables["captures"], sites)

    def heads(self, article_ids: Collection[str], *, site: str | None = None) -> dict[str, Article]:
        """The newest row of each article, without text, summary, removed lines and MinHash.

        Newest by `fetched_at`, then `archived_at`. Naming the `site` spares reading the others' files.
        """
        return lookups.heads(self.tables["articles"], article_ids, site)

    def done(self, keys: Collection[SegmentKey]) -> set[SegmentKey]:
        """Which of these segments the ledger names: their rows are all written."""
        return lookups.done(self.tables["captures"], keys)

    def rows_of(self, key: SegmentKey) -> list[Article]:
        """The article rows written for this segment, in its order, as `heads` gives them."""
        return lookups.rows_of(self.tables["articles"], key)

    def frame(
        self, table: TableName, *, version: int | None = None, where: str | None = None, but: Collection[str] = ()
    ) -> pl.LazyFrame:
        """All rows of a table at one version, the newest where none is given; no view is applied.

        `where`, a SQL condition over the partition and the columns with statistics (`TABLES[table].statistics`), leaves
        out whole files that cannot match; filter the rows all the same. Write its values with `sql_text` and
        `sql_time`, and wrap `collect` in `reading(uri)`. `but` leaves out files by their paths below the table.
        """
        return self.tables[table].scan(where, version=version, but=but)

    def files(self, table: TableName, *, version: int) -> list[str]:
        """Paths, or `s3://` addresses, of a version's data files, for other engines; a glob sees superseded ones."""
        kept = self.tables[table]
        loaded = kept.load(version)
        return [f"{kept.uri}/{path}" for path in kept.paths(loaded)] if loaded else []

    def dataset(self, table: TableName, *, version: int) -> pyarrow.dataset.Dataset:
        """A version of a table for engines that read Arrow; filters and columns are pushed down to its files."""
        loaded = self.tables[table].load(version)
        if loaded is None:
            raise ObjectMissing(
                f"{self.uri}: the table {table} is missing; 'broadtape rebuild' makes it again from raw/."
            )
        return loaded.to_pyarrow_dataset()

    def version(self, table: TableName) -> int:
        """The table's newest version; -1 where nothing was ever written."""
        loaded = self.tables[table].load()
        return -1 if loaded is None else loaded.version()

    def near_pairs(self, *, version: int) -> pl.DataFrame:
        """The pairs of nearly equal texts, by `near_duplicates.PAIRS`, of the articles at this version or before.

        What upkeep has not yet compared is compared now; see `maintain`.
        """
        newer = near_duplicates.missing_pairs(self.tables["articles"], self.objects, version)
        return pl.concat([near_duplicates.stored_pairs(self.objects), newer]).unique()

    def blocked(self, url_ids: Collection[int]) -> set[int]:
        """Which of these URLs were forgotten: never to be crawled or backfilled again."""
        return decisions.blocked(self.tables["decisions"], url_ids) if url_ids else set()

    def blocked_articles(self, article_ids: Collection[str]) -> set[str]:
        """Which of these articles were forgotten, whatever address they come by."""
        return decisions.blocked_articles(self.tables["decisions"], article_ids) if article_ids else set()

    # Learnt rules

    def learnt(self, site: str) -> LearntRules | None:
        """The rules that were learnt of an outlet and are in force; None where there are none."""
        return learnt_rule_sets.in_force(self.objects, site)

    def put_learnt(self, found: LearntRules) -> None:
        """Keeps a set of learnt rules and puts it in force; do so under the outlet's lease."""
        learnt_rule_sets.put_in_force(self.objects, found, self._clock())

    def rejected_rules(self, site: str) -> set[str]:
        """The names of the outlet's learnt rules that people took back."""
        return decisions.rejected_rules(self.tables["decisions"], site)

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
