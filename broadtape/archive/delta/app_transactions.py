"""The app transactions of a table, read once and followed.

Delta answers for one app at a time and reads its whole log for each; a commit for fifty outlets would read it fifty
times. This reads each log entry once.
"""

from __future__ import annotations

import json

import polars as pl
from deltalake import DeltaTable

from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import ObjectMissing

__all__ = ["Transactions"]

_FAR = 40
"""Log entries behind which the checkpoint is read anew."""


class Transactions:
    """Which version each app last committed with. Not for use by two threads at once.

    `prefix` is where the table's objects lie in the store.
    """

    def __init__(self, store: ObjectStore, prefix: str) -> None:
        self._store, self._log = store, f"{prefix}_delta_log/"
        self._version = -1
        self._known: dict[str, int] = {}

    def at(self, delta: DeltaTable, apps: set[str]) -> dict[str, int]:
        """The versions of these apps as of `delta`'s version; apps that never committed are left out."""
        try:
            self._follow(delta.version())
        except ObjectMissing:
            # The log was cleaned up under our feet.
            self._version, self._known = -1, {}
            found = {app: delta.transaction_version(app) for app in apps}
            return {app: version for app, version in found.items() if version is not None}
        return {app: self._known[app] for app in apps if app in self._known}

    def _follow(self, version: int) -> None:
        if self._version > version:
            self._version, self._known = -1, {}
        if version - self._version > _FAR or self._version < 0:
            self._start()
        for number in range(self._version + 1, version + 1):
            for line in self._store.get(f"{self._log}{number:020d}.json").splitlines():
                if b'"txn"' in line and "txn" in (action := json.loads(line)):
                    self._known[action["txn"]["appId"]] = action["txn"]["version"]
            self._version = number

    def _start(self) -> None:
        """From the last checkpoint, or from nothing before the first."""
        try:
            version = int(json.loads(self._store.get(f"{self._log}_last_checkpoint"))["version"])
        except ObjectMissing:
            return
        data = self._store.get(f"{self._log}{version:020d}.checkpoint.parquet")
        entries = pl.read_parquet(data, columns=["txn"])["txn"].drop_nulls().struct.unnest()
        self._known = dict(zip(entries["appId"], entries["version"], strict=True))
        self._version = version
