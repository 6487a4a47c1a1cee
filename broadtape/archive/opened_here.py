"""The archive in a process that does parts of work on it: opened once, whatever the number of parts."""

from __future__ import annotations

from functools import lru_cache

from broadtape.archive.archive import Archive

__all__ = ["opened_here"]


@lru_cache(maxsize=4)
def opened_here(uri: str) -> Archive:
    """The archive at `uri`; raises what `Archive.open` raises."""
    return Archive.open(uri)
