"""Recordings where they lie: on this machine's disk, in a bucket, on a web server."""

from __future__ import annotations

from broadtape.archive.recordings.ranged_file import NoRanges
from broadtape.archive.recordings.recording import Recording, recordings_below
from broadtape.archive.stores.access import Access

__all__ = ["Access", "NoRanges", "Recording", "recordings_below"]
