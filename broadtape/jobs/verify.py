"""Checking an archive against itself, its segments read side by side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from broadtape.archive import Archive
from broadtape.archive.lifecycle import verification
from broadtape.jobs.bulk_work import bulk_work, told_of
from broadtape.jobs.progress import ProgressListener
from broadtape.settings import load_settings

__all__ = ["verify"]


def verify(
    *,
    quick: bool = False,
    since: datetime | None = None,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    engine: str | None = None,
) -> Iterator[verification.Damage]:
    """What is not as it should be, as it is found; writes nothing.

    With `quick`, segments are only looked for; so are those that were begun on a day before `since`.
    """
    settings = load_settings(Path(config) if config else None).with_archive(archive).with_engine(engine)
    heard = watch or ProgressListener()
    with bulk_work(settings, heard.step) as doing:
        opened = Archive.open(settings.archive)
        progress = told_of(heard, "WARC files checked")
        day = since.date() if since else None
        yield from verification.verify(opened, digests=not quick, since=day, progress=progress, doing=doing)
