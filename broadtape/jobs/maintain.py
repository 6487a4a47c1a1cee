"""Upkeep, once a day: compact the tables, index what is new, clear what nobody needs any more, learn what recurs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from broadtape.archive.copying.report import CopyReport
from broadtape.archive.lifecycle import compaction
from broadtape.archive.lifecycle.compaction import MaintenanceReport
from broadtape.archive.opening import open_patiently
from broadtape.archive.scratch import sweep_scratch
from broadtape.corpus.fulltext import update_index
from broadtape.corpus.fulltext.build import IndexReport
from broadtape.errors import ArchiveError
from broadtape.jobs.bulk_work import bulk_work, told_of
from broadtape.jobs.copy_archive import copy_archive
from broadtape.jobs.learn import Lessons, learn_outlets
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps, StepsHere
from broadtape.metrics.kept_counts import kept_counts
from broadtape.runs import new_run_id
from broadtape.settings import Settings, load_settings
from broadtape.times import iso

__all__ = ["Upkeep", "maintain"]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What upkeep did to the tables and the full-text index, and what the outlets taught."""

    tables: MaintenanceReport
    index: IndexReport
    lessons: Lessons
    backup: CopyReport | None = None
    """What the copy took that the settings ask for; None where they ask for none."""

    def raise_for_backup(self) -> None:
        """Raises ArchiveError where the copy is not all that it should be: the rest is done."""
        if self.backup and self.backup.warnings:
            told = " ".join(self.backup.warnings)
            raise ArchiveError(f"{self.backup.target} is whole as of {iso(self.backup.at)}, but: {told}")

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        lessons = {"learnt": [lesson.as_dict() for lesson in self.lessons.taught], "left_out": self.lessons.left_out}
        copied = {"backup": {**asdict(self.backup), "at": iso(self.backup.at)}} if self.backup else {}
        return {**asdict(self.tables), "index": asdict(self.index), **lessons, **copied}


def maintain(
    *,
    reindex: bool = False,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
    engine: str | None = None,
) -> Upkeep:
    """Keeps the archive quick to open and its texts clean; safe while others read and write.

    With `reindex` the full-text index is made anew. Whoever does bulk work makes it then, and compares texts where very
    many are new. Last the archive is copied to where the settings say, if they do.
    Raises LeaseHeld while another upkeep or a takedown is going on, and as `copy_archive` does.
    """
    settings = load_settings(Path(config) if config else None).with_archive(archive).with_engine(engine)
    heard = watch or ProgressListener()
    sites = settings.sites()
    for file in sites.broken.values():
        heard.step(f"nothing is learnt of an outlet whose file is broken: {file.why}")
    doing = steps or StepsHere(heard.step)
    opened, run = open_patiently(settings.archive, told=heard.step), new_run_id()
    sweep_scratch()
    heard.step("compacting the tables …")
    with bulk_work(settings, heard.step) as parts:
        tables = doing.do(Step("compact", partial(compaction.maintain, opened, run=run, doing=parts)))
        update = partial(update_index, opened, run=run, rebuild=reindex, progress=told_of(heard, "index"), doing=parts)
        index = doing.do(Step("index", update))
    heard.step("learning what recurs …")
    lessons = learn_outlets(opened, sites.values(), steps=doing)
    backup = _back_up(settings, heard, doing) if settings.upkeep.backup_to else None
    return Upkeep(tables, index, lessons, backup)


def _back_up(settings: Settings, heard: ProgressListener, steps: Steps) -> CopyReport:
    """Last, so that what fails there costs nothing else; when it was done is among the machine's counts."""
    assert settings.upkeep.backup_to
    report = copy_archive(settings.archive, settings.upkeep.backup_to, watch=heard, steps=steps)
    with kept_counts(settings.spool) as counts:
        counts.last_backup = report.at.timestamp()
    return report
