"""Who listens to the runs of this process: a flow's parameters must be plain data, and a terminal is none."""

from __future__ import annotations

from broadtape.ingest.watch import Watch

__all__ = ["listener", "watch_with"]

_watch = Watch()


def watch_with(watch: Watch) -> None:
    """Lets `watch` hear how the runs that follow in this process get on."""
    global _watch
    _watch = watch


def listener() -> Watch:
    """Whoever listens; somebody who keeps it to himself where nobody does."""
    return _watch
