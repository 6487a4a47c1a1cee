"""What an archive weighs, as upkeep last listed it: a year of hourly segments takes minutes to list on S3.

index/weight.json    files, bytes, and when; derived, so that a takedown removes it
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from broadtape.archive import fixity
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import InvalidTime, ObjectMissing
from broadtape.times import iso, parse_time

__all__ = ["Weight", "keep_weight", "kept_weight", "weigh"]

_KEY = "index/weight.json"


@dataclass(frozen=True, slots=True)
class Weight:
    """Everything below an archive's address: how many files, how many bytes, and when (UTC) they were listed."""

    files: int
    bytes: int
    at: datetime


def weigh(store: ObjectStore, now: datetime) -> Weight:
    """Lists the archive."""
    files = total = 0
    for info in store.list(""):
        files += 1
        total += info.size
    return Weight(files, total, now)


def keep_weight(store: ObjectStore, now: datetime) -> None:
    """Lists the archive, and keeps what was found for whoever asks."""
    found = weigh(store, now)
    told = {"files": found.files, "bytes": found.bytes, "at": iso(found.at)}
    fixity.replace(store, _KEY, json.dumps(told).encode())


def kept_weight(store: ObjectStore) -> Weight | None:
    """What was kept last; None where nothing was, or nothing that can be read."""
    try:
        told = json.loads(store.get(_KEY))
        return Weight(int(told["files"]), int(told["bytes"]), parse_time(told["at"]))
    except (ObjectMissing, InvalidTime, ValueError, KeyError, TypeError):
        return None
