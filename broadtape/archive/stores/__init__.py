"""Places that keep objects: a folder, or S3 and what speaks it."""

from __future__ import annotations

from broadtape.archive.stores.open_store import open_store

__all__ = ["open_store"]
