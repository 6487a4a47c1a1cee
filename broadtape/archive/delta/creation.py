"""Making a table, or giving one of an earlier release the columns it lacks."""

from __future__ import annotations

import time
from contextlib import suppress

from deltalake import DeltaTable, Field, Schema
from deltalake.exceptions import CommitFailedError

from broadtape.archive.delta.failures import reading
from broadtape.archive.delta.log_fixity import note_log, retract_log
from broadtape.archive.delta.log_without_conditional_put import create_plainly
from broadtape.archive.delta.patience import pauses
from broadtape.archive.delta.tables import Table
from broadtape.errors import StoreError

__all__ = ["create", "missing_columns", "outdated_properties", "renew_properties"]

_PROPERTIES = {
    "delta.checkpointInterval": "20",
    "delta.logRetentionDuration": "interval 2 days",
    "delta.deletedFileRetentionDuration": "interval 2 days",
    "delta.setTransactionRetentionDuration": "interval 60 days",
}


def create(table: Table) -> None:
    """Makes the table if it is not there, and gives one of an earlier release the columns it lacks.

    Whoever else does so at the same time does no harm.
    """
    for pause in pauses():
        # Losing the race to a version fails the commit; the next look then finds the winner's table.
        with suppress(CommitFailedError), reading(table.uri):
            there = table.load()
            if there is None:
                retract_log(table)
                _create(table)
                note_log(table)
            elif missing := missing_columns(table, there):
                there.alter.add_columns(missing)
                note_log(table)
            return
        time.sleep(pause)
    raise StoreError(f"{table.uri}: the table could not be created; others keep creating it. Run again.")


def _create(table: Table) -> None:
    spec = table.spec
    configuration = _wanted(table)
    if not table.conditional:
        create_plainly(table.store, spec, configuration)
        return
    DeltaTable.create(
        table.uri,
        Schema.from_arrow(spec.schema),
        mode="ignore",
        partition_by=[spec.partition] if spec.partition else None,
        configuration=configuration,
        storage_options=table.store.table_options(),
    )


def missing_columns(table: Table, there: DeltaTable) -> list[Field]:
    """The columns that a table of an earlier release lacks."""
    known = {field.name for field in there.schema().fields}
    if known >= set(table.spec.schema):
        return []
    return [field for field in Schema.from_arrow(table.spec.schema).fields if field.name not in known]


def outdated_properties(table: Table, there: DeltaTable) -> dict[str, str]:
    """The properties that a table made today would have, where this one's are others."""
    has = there.metadata().configuration
    return {key: value for key, value in _wanted(table).items() if has.get(key) != value}


def renew_properties(table: Table) -> None:
    """Gives a table the properties that one made today has."""
    there = table.existing()
    if outdated := outdated_properties(table, there):
        with reading(table.uri):
            there.alter.set_table_properties(outdated)


def _wanted(table: Table) -> dict[str, str]:
    return {**_PROPERTIES, "delta.dataSkippingStatsColumns": ",".join(table.spec.statistics)}
