"""Merging one archive into another: what two machines or two years collected apart, as one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from broadtape.archive import Archive
from broadtape.archive.lifecycle.merging import MergeReport, merge
from broadtape.errors import UsageError
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps, StepsHere
from broadtape.runs import new_run_id
from broadtape.settings import load_settings

__all__ = ["merge_archives"]


def merge_archives(
    source: str,
    target: str | None,
    *,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
) -> MergeReport:
    """Takes everything of the archive at `source`, which is only read, into the one at `target`, else that of the
    settings. Raises UsageError where both are one, LeaseHeld while the target is being written."""
    settings = load_settings(Path(config) if config else None).with_archive(target)
    heard = watch or ProgressListener()
    doing = steps or StepsHere(heard.step)
    other, own = Archive.open(source), Archive.open(settings.archive)
    if other.uri == own.uri:
        raise UsageError(f"{own.uri} cannot be merged into itself: name another archive.")
    heard.step(f"looking at what {other.uri} holds …")
    work = partial(merge, other, own, run=new_run_id(), progress=heard.counted, seconds=settings.lease_seconds)
    return doing.do(Step("merge", work, other.uri))
