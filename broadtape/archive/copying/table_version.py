"""One version of a Delta table as objects: what it takes to open it elsewhere, and bringing that there.

A table whose log is copied while it is written may not open: `_last_checkpoint` may name a checkpoint that was made
after the listing. Here a version is chosen first; its checkpoint, the log behind it and its data files are what it
takes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from broadtape.archive import fixity
from broadtape.archive.delta.tables import Table
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import ArchiveError, DigestMismatch, ObjectMissing, StoreError

__all__ = ["LOG", "TableVersion", "bring_log", "held_version", "take"]

LOG = "_delta_log/"
_DIGITS = 20
_ENTRY, _CHECKPOINT = ".json", ".checkpoint.parquet"


@dataclass(frozen=True, slots=True)
class TableVersion:
    """Keys are those of the archive. `data` has sizes in bytes."""

    name: str
    version: int
    checkpoint: int | None
    """The version of the checkpoint that opening it begins with; None where the log goes back to its start."""
    entries: tuple[str, ...]
    """The log entries behind that, oldest first."""
    data: frozenset[str]

    @property
    def log(self) -> str:
        """Where the log lies."""
        return f"{self.name}/{LOG}"

    @property
    def keys(self) -> frozenset[str]:
        """Everything of the table that a copy at this version needs to have."""
        checkpoint = {f"{self.log}{_name(self.checkpoint, _CHECKPOINT)}"} if self.checkpoint is not None else set()
        hint = {f"{self.log}_last_checkpoint"} if checkpoint else set()
        return self.data | {*self.entries} | checkpoint | hint


def take(table: Table) -> TableVersion | None:
    """The table's newest version; None where nothing was ever written. Raises ObjectMissing where its log has gaps."""
    delta = table.snapshot()
    if delta is None:
        return None
    version, log = delta.version(), f"{table.prefix}{LOG}"
    listed = {info.key.removeprefix(log) for info in table.store.list(log)}
    checkpoints = [number for name in listed if (number := _version(name, _CHECKPOINT)) is not None]
    checkpoint = max((number for number in checkpoints if number <= version), default=None)
    entries = []
    for number in range(0 if checkpoint is None else checkpoint, version + 1):
        if _name(number, _ENTRY) in listed:
            entries.append(log + _name(number, _ENTRY))
        elif number != checkpoint:  # the checkpoint holds what its own entry says
            raise ObjectMissing(f"{log}{_name(number, _ENTRY)}: the log of {table.uri} has a gap.")
    data = frozenset(table.prefix + path for path in table.paths(delta))
    return TableVersion(table.spec.name, version, checkpoint, tuple(entries), data)


def held_version(keys: Mapping[str, int], name: str) -> int:
    """The newest version of a table that lies in a store of these keys; -1 where there is none."""
    log = f"{name}/{LOG}"
    names = [key.removeprefix(log) for key in keys if key.startswith(log)]
    found = [_version(name, ending) for name in names for ending in (_ENTRY, _CHECKPOINT)]
    return max((number for number in found if number is not None), default=-1)


def bring_log(source: ObjectStore, target: ObjectStore, table: TableVersion, held: Mapping[str, int]) -> int:
    """Makes `target`, which has the data files, open at this version; the number of objects written.

    Readers of the copy find a whole table at every moment: a later checkpoint stands for itself, and entries follow it
    one by one. Raises ArchiveError where the copy's own log says something else.
    """
    written, said = 0, fixity.noted(source, table.log)
    if table.checkpoint is not None:
        key = table.log + _name(table.checkpoint, _CHECKPOINT)
        data = _whole(source, key, said)
        if key not in held:
            fixity.replace(target, key, data)
            written += 1
        written += _put_changed(target, f"{table.log}_last_checkpoint", _hint(table, data))
    for key in table.entries:
        data = _whole(source, key, said)
        if key not in held:
            fixity.replace(target, key, data)
            written += 1
        elif target.get(key) != data:
            raise ArchiveError(
                f"{target.uri}/{key} is another entry than the source's: this copy was written, or its source went on "
                "apart. Name another place."
            )
    return written


def _whole(source: ObjectStore, key: str, said: Mapping[str, set[str]]) -> bytes:
    """A file of the log, whose bytes are those that were written, where anybody has said what these were."""
    data = source.get(key)
    if key in said and hashlib.sha256(data).hexdigest() not in said[key]:
        raise DigestMismatch(
            f"{source.uri}/{key} is damaged, and is not copied: 'broadtape verify' tells what else is. The copy stays "
            "at the version that it had."
        )
    return data


def _hint(table: TableVersion, checkpoint: bytes) -> bytes:
    """What tells a reader where to begin, as Delta writes it: the source's own may have moved on."""
    try:
        adds = pl.read_parquet(checkpoint, columns=["add"])["add"]
    except pl.exceptions.PolarsError as error:
        raise StoreError(f"The checkpoint {table.checkpoint} of {table.name} cannot be read: {error}.") from None
    counts = {"size": adds.len(), "sizeInBytes": len(checkpoint), "numOfAddFiles": adds.len() - adds.null_count()}
    return json.dumps({"version": table.checkpoint, **counts}).encode()


def _put_changed(target: ObjectStore, key: str, data: bytes) -> int:
    try:
        if target.get(key) == data:
            return 0
    except ObjectMissing:
        pass
    target.put(key, data)
    return 1


def _name(version: int | None, ending: str) -> str:
    return f"{version:0{_DIGITS}d}{ending}"


def _version(name: str, ending: str) -> int | None:
    number = name.removesuffix(ending)
    return int(number) if number != name and len(number) == _DIGITS and number.isdigit() else None
