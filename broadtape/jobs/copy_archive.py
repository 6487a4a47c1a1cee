"""Copying an archive: a backup that opens, brought up to date again and again; restoring is copying back."""

from __future__ import annotations

from functools import partial

from broadtape.archive import Archive
from broadtape.archive.copying import copy
from broadtape.archive.copying.report import CopyReport
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.archive.stores.open_store import open_store
from broadtape.errors import UsageError
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps, StepsHere

__all__ = ["copy_archive"]


def copy_archive(
    source: str, target: str, *, watch: ProgressListener | None = None, steps: Steps | None = None
) -> CopyReport:
    """Makes `target`, an address, a copy of the archive at `source`, or brings the copy there up to date.

    Safe while others read and write the source, which is only read. Raises UsageError for a place within the other,
    NotAnArchive where something else lies at `target`, ArchiveError for a copy that has been written since.
    """
    heard = watch or ProgressListener()
    doing = steps or StepsHere(heard.step)
    opened, there = Archive.open(source), open_store(target)
    _check_apart(opened.objects, there)
    there.reach()
    heard.step(f"looking at what {opened.uri} holds …")
    return doing.do(Step("copy", partial(copy.copy, opened, there, progress=heard.counted), there.uri))


def _check_apart(source: ObjectStore, target: ObjectStore) -> None:
    one, other = f"{source.uri}/", f"{target.uri}/"
    if one.startswith(other) or other.startswith(one):
        raise UsageError(f"{source.uri} and {target.uri} are one place, or one lies within the other: name another.")
