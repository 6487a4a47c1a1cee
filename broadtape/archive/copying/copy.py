"""Copying an archive that is being written to another place, which then opens at one version of each table.

The place is no archive until everything is there; from then on it is one at every moment: what a later copy brings
counts only once its tables' logs name it. Nothing is locked, and the source needs no more than to be read.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from broadtape.archive import fixity
from broadtape.archive.archive import Archive
from broadtape.archive.copying.manifest import Manifest
from broadtape.archive.copying.marker import Marker, check_target
from broadtape.archive.copying.report import CopyReport
from broadtape.archive.copying.source_moment import INFO, SourceMoment, look
from broadtape.archive.copying.stale import remove_stale
from broadtape.archive.copying.table_version import bring_log, held_version
from broadtape.archive.copying.transfer import Brought, bring_data_file, bring_object, side_by_side
from broadtape.archive.delta.schema import TABLES
from broadtape.archive.stores.object_store import ObjectInfo, ObjectStore
from broadtape.errors import FileGone, ObjectMissing, StoreError

__all__ = ["copy"]

Progress = Callable[[str, int, int], object]

_ROUNDS = 5
"""Looks at a source that moves on under our feet: each brings only what is new since the one before."""
_SAVE_EVERY = 60.0
"""Seconds of copying that a kill may cost once more in comparing bytes."""
_LOG_ORDER = ("decisions", "articles", "captures")
"""Tombstones first; then as a run commits."""


def copy(source: Archive, target: ObjectStore, *, progress: Progress = lambda *_told: None) -> CopyReport:
    """Makes `target` a copy of the archive, or brings the copy there up to date.

    Raises NotAnArchive where something else lies there, ArchiveError for a copy that was written since or whose source
    is older, DigestMismatch for a damaged data file, StoreError. Interrupted or killed, it goes on when it is run
    again. `progress` is told of a kind of objects, how many are done, and of how many.
    """
    report = CopyReport(source.uri, target.uri, source.now())
    for last in (*[False] * (_ROUNDS - 1), True):
        try:
            _Copying(source, target, progress, report).bring()
        except (ObjectMissing, FileGone):
            if last:
                raise
            continue
        if last or not _forgotten_rows(source, report.versions):
            break
    return report


class _Copying:
    """One look at the source, brought to the target."""

    def __init__(self, source: Archive, target: ObjectStore, progress: Progress, report: CopyReport) -> None:
        self.source, self.target, self.report = source, target, report
        self.held = {info.key: info.size for info in target.list("")}
        self.manifest = Manifest.read(target)
        self._progress = progress
        self._saved = time.monotonic()

    def bring(self) -> None:
        here, report = look(self.source, self.held), self.report
        marker = self._begin(here)
        report.at, report.versions, report.left, report.warnings = here.at, dict(marker.coming), dict(here.left), []
        try:
            self._objects(here)
            self._data_files(here)
            self._logs(here)
            self._small(here)
        finally:
            with suppress(StoreError):  # without it, the next copy compares bytes
                self.manifest.write(self.target)
        stale = remove_stale(self.target, self.held, here, taken_down=bool(self.source.decisions.forgotten()))
        self.manifest.drop(stale.removed)
        if stale.removed:
            fixity.sweep(self.target)
        report.removed += len(stale.removed)
        self.manifest.write(self.target)
        replace(marker, versions=marker.coming, coming={}, at=here.at).write(self.target)
        report.warnings += [*stale.warnings, *_warnings(self.source, here)]

    def _begin(self, here: SourceMoment) -> Marker:
        """The copy's marker, which says what is coming before any of it is there."""
        info, own = self.source.info, Marker.read(self.source.objects)
        versions = {name: table.version for name, table in here.tables.items()}
        held: dict[str, int] = {name: held_version(self.held, name) for name in TABLES}
        there = check_target(self.target, held=held, archive=info.id, marker=own, here=versions)
        there = there or Marker(of=info.id, copy=str(uuid.uuid4()), source="", source_uri="")
        line = own.copy if own else info.id
        marker = replace(there, source=line, source_uri=self.source.uri, coming=versions)
        marker.write(self.target)
        return marker

    def _objects(self, here: SourceMoment) -> None:
        report = self.report
        wanted = [info for key, info in here.objects.items() if self._lacks(info)]
        report.unchanged += len(here.objects) - len(wanted)
        counted = 0

        def work(info: ObjectInfo) -> Brought:
            return bring_object(self.source.objects, self.target, info, self.held.get(info.key), self.manifest)

        def done(brought: Brought) -> None:
            nonlocal counted
            counted += 1
            self._note(brought)
            self._progress("objects", counted, len(wanted))

        side_by_side(wanted, work, done)

    def _lacks(self, info: ObjectInfo) -> bool:
        return self.held.get(info.key) != info.size or not self.manifest.has(info)

    def _note(self, brought: Brought) -> None:
        report = self.report
        if brought.differs:
            report.warnings.append(
                f"{brought.info.key} has not the length that it had when it was copied: the copy keeps its own. "
                "'broadtape verify' tells which of the two is whole."
            )
        if brought.warning:
            report.warnings.append(brought.warning)
        if brought.gone or brought.differs:
            return
        self.manifest.note(brought.info, brought.sha256)
        self.held[brought.info.key] = brought.info.size
        report.objects, report.bytes = report.objects + bool(brought.written), report.bytes + brought.written
        report.unchanged += not brought.written
        if time.monotonic() - self._saved > _SAVE_EVERY:
            self.manifest.write(self.target)
            self._saved = time.monotonic()

    def _data_files(self, here: SourceMoment) -> None:
        report = self.report
        named = sorted(key for table in here.tables.values() for key in table.data)
        wanted = [key for key in named if key not in self.held]
        report.unchanged += len(named) - len(wanted)
        counted = 0

        def done(size: int) -> None:
            nonlocal counted
            counted += 1
            report.objects, report.bytes = report.objects + 1, report.bytes + size
            self._progress("data files", counted, len(wanted))

        side_by_side(wanted, lambda key: bring_data_file(self.source.objects, self.target, key), done)

    def _logs(self, here: SourceMoment) -> None:
        for name in _LOG_ORDER:
            if table := here.tables.get(name):
                self.report.objects += bring_log(self.source.objects, self.target, table, self.held)

    def _small(self, here: SourceMoment) -> None:
        """What says how the tables are to be gone on with; last, what makes the place an archive."""
        for key, data in here.small.items():
            if self.held.get(key) != len(data) or self.target.get(key) != data:
                put = partial(fixity.replace, self.target) if key.startswith("rules/") else self.target.put
                put(key, data)
                self.report.objects, self.report.bytes = self.report.objects + 1, self.report.bytes + len(data)
        if INFO not in self.held:
            fixity.replace(self.target, INFO, self._info())

    def _info(self) -> bytes:
        """`archive.json` for this place: the same archive, on a store that may be another kind."""
        values: dict[str, Any] = json.loads(self.source.objects.get(INFO))
        return json.dumps({**values, "conditional_put": self.target.enforces_conditions()}, indent=1).encode()


def _warnings(source: Archive, here: SourceMoment) -> list[str]:
    told = []
    if here.missing:
        told.append(
            f"{len(here.missing):,} segments that rows name are missing in {source.uri}, {here.missing[0]} for "
            "instance: 'broadtape verify' there tells which. What the copy has of them is kept."
        )
    versions = {name: table.version for name, table in here.tables.items()}
    if left := _forgotten_rows(source, versions):
        told.append(
            f"{left:,} rows of stories that were forgotten are in the copy: a takedown is going on, or was cut short. "
            "When it has come to its end, copy again."
        )
    return told


def _forgotten_rows(source: Archive, versions: dict[str, int]) -> int:
    """Rows of `articles` at this version whose stories are forgotten by now."""
    source.tables["decisions"].expire()
    forgotten = source.decisions.forgotten_articles()
    if not forgotten or "articles" not in versions:
        return 0
    chosen = pl.col("article_id").is_in(forgotten)
    count = source.tables["articles"].read(
        lambda rows: rows.filter(chosen).select(pl.len()), version=versions["articles"]
    )
    return int(count.item())
