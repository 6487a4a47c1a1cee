"""Fixity: what the bytes of an object were when they were written, for those that neither name nor content vouches for.

fixity/<key>.<SHA-256>    an empty object, so that one listing tells of all, and nothing is in it that could be damaged

A data file carries its digest in its name, a WARC record in its head; Delta's log, sets of rules and what is derived
carry none. A note that is missing says nothing: a writer may have been killed before it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import ObjectMissing

__all__ = ["differing", "note", "noted", "replace", "retract", "sweep"]

_FOLDER = "fixity/"
_NOTE = re.compile(r"fixity/(.+)\.([0-9a-f]{64})")


class _Note(NamedTuple):
    key: str
    digest: str
    where: str


def note(store: ObjectStore, key: str, data: bytes) -> None:
    """Says that these are the bytes of `key`, which is stored and will not change until `retract`."""
    store.put_hastily(f"{_FOLDER}{key}.{hashlib.sha256(data).hexdigest()}", b"")


def replace(store: ObjectStore, key: str, data: bytes) -> None:
    """Stores an object, over one that may be there, and says what its bytes are.

    What is said of the old one goes first: at no moment is something said that is not so.
    """
    retract(store, [key])
    store.put(key, data)
    note(store, key, data)


def retract(store: ObjectStore, keys: Collection[str]) -> None:
    """Takes back what is said of these objects, before they change or go."""
    if keys:
        wanted = set(keys)
        common = os.path.commonprefix(list(keys))  # noqa: RUF071 - of characters is what is wanted
        store.delete([said.where for said in _notes(store, common) if said.key in wanted])


def noted(store: ObjectStore, prefix: str = "") -> dict[str, set[str]]:
    """The SHA-256 of each object whose key starts with `prefix`; several where two wrote at the same moment."""
    found: dict[str, set[str]] = defaultdict(set)
    for said in _notes(store, prefix):
        found[said.key].add(said.digest)
    return dict(found)


def sweep(store: ObjectStore) -> int:
    """Removes what is said of objects that are gone; how many."""
    said = list(_notes(store))
    held = {info.key for folder in {each.key.split("/")[0] for each in said} for info in store.list(folder)}
    gone = [each.where for each in said if each.key not in held]
    store.delete(gone)
    return len(gone)


def differing(store: ObjectStore) -> Iterator[str]:
    """The keys of objects whose bytes are others than were noted. One that is gone is none of them."""
    for key, digests in sorted(noted(store).items()):
        # A writer who replaces it meanwhile takes the note back first.
        if _differs(store, key, digests) and _differs(store, key, noted(store, key).get(key, set())):
            yield key


def _differs(store: ObjectStore, key: str, digests: set[str]) -> bool:
    try:
        return bool(digests) and hashlib.sha256(store.get(key)).hexdigest() not in digests
    except ObjectMissing:
        return False


def _notes(store: ObjectStore, prefix: str = "") -> Iterator[_Note]:
    for info in store.list(_FOLDER + prefix):
        if found := _NOTE.fullmatch(info.key):
            yield _Note(found[1], found[2], info.key)
