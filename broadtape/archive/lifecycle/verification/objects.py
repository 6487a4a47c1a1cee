"""Are the bytes of an object those that were written, as its name or a note of its fixity says."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

from broadtape.archive import fixity
from broadtape.archive.lifecycle.verification.damage import Damage
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import ObjectMissing

__all__ = ["check_objects"]

_DIGEST = re.compile(r"(?:.*[/-])?([0-9a-f]{32}|[0-9a-f]{64})\.parquet")
"""What is derived carries the SHA-256 of its bytes, or the first half of it, in its name."""
_ADVICE = {
    "index": "'broadtape maintain --reindex' makes all of index/ anew",
    "rules": "delete it, and have its outlet's rules learnt again by 'broadtape rules learn'",
}
_LAST = "_last_checkpoint"


def check_objects(store: ObjectStore) -> Iterator[Damage]:
    """What is told by name and by notes, and where each log says that its newest checkpoint is."""
    for key in fixity.differing(store):
        yield _other_bytes(key)
    for info in store.list("index/"):
        named = _DIGEST.fullmatch(info.key)
        if named and not _is(store, info.key, named[1]):
            yield _other_bytes(info.key)
    for info in list(store.list()):
        if info.key.endswith(f"_delta_log/{_LAST}") and (wrong := _misled(store, info.key)):
            yield Damage("object_differs", info.key, f"{wrong}; delete it, and 'broadtape maintain' writes it anew.")


def _other_bytes(key: str) -> Damage:
    advice = _ADVICE.get(key.split("/")[0], "restore it from a backup")
    return Damage("object_differs", key, f"Its bytes are not those that were written; {advice}.")


def _is(store: ObjectStore, key: str, digest: str) -> bool:
    try:
        return hashlib.sha256(store.get(key)).hexdigest().startswith(digest)
    except ObjectMissing:  # replaced since it was listed
        return True


def _misled(store: ObjectStore, key: str) -> str | None:
    """What is wrong with the object that names a log's newest checkpoint: all that it says can be looked up."""
    import polars as pl

    folder = key.removesuffix(_LAST)
    try:
        told = json.loads(store.get(key))
        data = store.get(f"{folder}{int(told.pop('version')):020d}.checkpoint.parquet")
    except ObjectMissing:
        return "It names a checkpoint that is not there"
    except (ValueError, TypeError, KeyError, AttributeError):
        return "It cannot be read"
    try:
        adds = pl.read_parquet(data, columns=["add"])["add"]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None  # the checkpoint's own trouble, which is told of it
    is_so = {"size": adds.len(), "sizeInBytes": len(data), "numOfAddFiles": adds.len() - adds.null_count()}
    return None if told == is_so else "It says of the checkpoint what is not so"
