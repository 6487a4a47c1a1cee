"""Who listens to the runs of this process: a flow's parameters must be plain data, and a terminal is none."""

from __future__ import annotations

from broadtape.jobs.progress import ProgressListener

__all__ = ["listener", "watch_with"]

_watch = ProgressListener()


def watch_with(watch: ProgressListener) -> None:
    """Lets `watch` hear how the runs that follow in this process get on."""
    global _watch
    _watch = watch


def listener() -> ProgressListener:
    """Whoever listens; somebody who keeps it to himself where nobody does."""
    return _watch
