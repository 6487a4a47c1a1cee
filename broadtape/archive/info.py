"""`archive.json`: what makes a place an archive."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from broadtape.archive import fixity
from broadtape.archive.stores.object_store import PROBE, ObjectStore
from broadtape.errors import ArchiveTooNew, NotAnArchive, ObjectMissing
from broadtape.times import iso, parse_time

__all__ = ["FORMAT", "ArchiveInfo", "create_info", "read_info"]

FORMAT = 1
_KEY = "archive.json"


@dataclass(frozen=True, slots=True)
class ArchiveInfo:
    """`conditional_put`: whether the store refuses to create an object that is there, as probed on creation."""

    format: int
    id: str
    created: datetime
    conditional_put: bool


def read_info(store: ObjectStore) -> ArchiveInfo:
    """Raises NotAnArchive where there is none and ArchiveTooNew for a later format."""
    try:
        data = store.get(_KEY)
    except ObjectMissing:
        raise NotAnArchive(_absence(store)) from None
    try:
        values = json.loads(data)
        if values["format"] > FORMAT:
            raise ArchiveTooNew(
                f"{store.uri} has format {values['format']}, this release reads up to {FORMAT}; install a later one."
            )
        return ArchiveInfo(
            values["format"], values["id"], parse_time(values["created"]), bool(values["conditional_put"])
        )
    except (ValueError, KeyError, TypeError):
        raise NotAnArchive(f"{store.uri}/{_KEY} is damaged; restore it from a backup.") from None


def create_info(store: ObjectStore, clock: Callable[[], datetime]) -> ArchiveInfo:
    """Makes an archive at an empty place and probes its store; whoever comes first, all get the same answer."""
    if not _is_empty(store):
        try:
            return read_info(store)
        except NotAnArchive:
            raise NotAnArchive(
                f"{store.uri} holds other files and is no archive; name an empty or a new place for one."
            ) from None
    info = ArchiveInfo(FORMAT, str(uuid.uuid4()), clock(), store.enforces_conditions())
    data = json.dumps({**asdict(info), "created": iso(info.created)}, indent=1).encode()
    if not store.put_new(_KEY, data):
        return read_info(store)
    fixity.note(store, _KEY, data)
    return info


def _is_empty(store: ObjectStore) -> bool:
    """Whether nothing is there but the probes of others who are making the archive at this moment."""
    return all(info.key.startswith(PROBE) for info in store.list())


def _absence(store: ObjectStore) -> str:
    if _is_empty(store):
        return f"There is no archive at {store.uri}; 'broadtape run --archive {store.uri}' makes one."
    return f"{store.uri} holds other files and no archive.json; is it another folder of the archive, or another place?"
