"""Committing to a Delta table on a store without conditional writes, which deltalake itself refuses to do.

Nothing but the archive-wide lease keeps two writers apart there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from deltalake import DeltaTable, Schema, Transaction
from deltalake.transaction import AddAction, RemoveAction

from broadtape.archive.delta.schema import TableSpec
from broadtape.archive.scratch import scratch
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import StoreError

__all__ = ["commit_plainly", "create_plainly"]

_CHECKPOINT_EVERY = 20


def create_plainly(store: ObjectStore, spec: TableSpec, configuration: Mapping[str, str]) -> None:
    """Makes the table: its first log entry is written locally and copied."""
    with scratch("log") as folder:
        partition = [spec.partition] if spec.partition else None
        DeltaTable.create(folder, Schema.from_arrow(spec.schema), partition_by=partition, configuration=configuration)
        store.put(_key(spec, 0), Path(folder, "_delta_log", f"{0:020d}.json").read_bytes())


def commit_plainly(
    store: ObjectStore,
    spec: TableSpec,
    table: DeltaTable,
    actions: Sequence[AddAction | RemoveAction],
    transactions: Sequence[Transaction],
    now: datetime,
) -> None:
    """Writes the log entry behind `table`'s version; raises StoreError if one is there already."""
    version = table.version() + 1
    if store.info(_key(spec, version)):
        raise StoreError(f"{spec.name}: version {version} was written by another process; run one writer at a time.")
    stamp = int(now.timestamp() * 1000)
    lines: list[dict[str, Any]] = [{"commitInfo": {"timestamp": stamp, "operation": "WRITE"}}]
    lines += [{"txn": {"appId": tx.app_id, "version": tx.version, "lastUpdated": stamp}} for tx in transactions]
    lines += [_line(action) for action in actions]
    store.put(_key(spec, version), "\n".join(map(json.dumps, lines)).encode())
    if version % _CHECKPOINT_EVERY == 0:
        table.update_incremental()
        table.create_checkpoint()


def _line(action: AddAction | RemoveAction) -> dict[str, Any]:
    if isinstance(action, AddAction):
        values = asdict(action)
        return {
            "add": {
                "path": values["path"],
                "partitionValues": values["partition_values"],
                "size": values["size"],
                "modificationTime": values["modification_time"],
                "dataChange": values["data_change"],
                "stats": values["stats"],
            }
        }
    return {
        "remove": {
            "path": action.path,
            "deletionTimestamp": action.deletion_timestamp,
            "dataChange": action.data_change,
            "extendedFileMetadata": True,
            "partitionValues": action.partition_values,
            "size": action.size,
        }
    }


def _key(spec: TableSpec, version: int) -> str:
    return f"{spec.name}/_delta_log/{version:020d}.json"
