"""Are the tables' data files there, whole, and what Delta's log says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import polars as pl

from broadtape.archive.delta.data_files import decode, is_intact
from broadtape.archive.delta.rewrite import DataFile, data_files
from broadtape.archive.delta.tables import Table
from broadtape.archive.lifecycle.verification.damage import Damage
from broadtape.errors import ObjectMissing, StoreError

__all__ = ["check_table"]


def check_table(table: Table) -> Iterator[Damage | pl.DataFrame]:
    """What is wrong with a table's files, and the rows of those that can be read."""
    try:
        delta = table.snapshot()
        files = data_files(table, delta) if delta else []
    except StoreError as error:
        yield Damage("table_unreadable", table.uri, f"{error} {_advice(table)}")
        return
    for file in files:
        yield from _check_file(table, file)


def _advice(table: Table) -> str:
    if table.spec.name == "decisions":
        return "Restore it from a backup: nothing else knows what people decided."
    return "'broadtape rebuild' makes the table again from raw/."


def _check_file(table: Table, file: DataFile) -> Iterator[Damage | pl.DataFrame]:
    key, advice = table.prefix + file.path, _advice(table)
    try:
        data = table.store.get(key)
        # Damaged Parquet can end the process that decodes it, so the digest comes first.
        if not is_intact(file.path, data):
            yield Damage("file_unreadable", key, f"The file has not the digest that its name gives. {advice}")
            return
        rows = decode(data, table.spec, file.partition)
    except ObjectMissing:
        yield Damage("file_missing", key, f"The table names this file and it is not there. {advice}")
        return
    except (pl.exceptions.PolarsError, OSError) as error:
        yield Damage("file_unreadable", key, f"The file cannot be read ({str(error).splitlines()[0]}). {advice}")
        return
    if wrong := _misstated(file, len(data), rows, table):
        yield Damage(
            "statistics_differ",
            key,
            f"Delta's log is damaged: of this file it says {wrong}. Readers may miss its rows. {advice}",
        )
    yield from _wrong_texts(key, rows)
    yield rows


def _misstated(file: DataFile, size: int, rows: pl.DataFrame, table: Table) -> str | None:
    """What the log says of a file that is not so: a wider range hides nothing, but is not what was written."""
    if (file.size, file.rows) != (size, rows.height):
        return f"{file.size} bytes and {file.rows} rows where there are {size} and {rows.height}"
    if table.spec.partition and _foreign(rows, table.spec.partition, file.partition):
        return f"that its rows are of {file.partition}, which they are not"
    for name in table.spec.statistics:
        column = rows.get_column(name)
        low, high = file.told.get(f"min.{name}"), file.told.get(f"max.{name}")
        nulls = file.told.get(f"null_count.{name}")
        if nulls is not None and nulls != column.null_count():
            return f"that {nulls} of {name} are missing, where {column.null_count()} are"
        if _outside(column, low, high):
            return f"that {name} goes from {low!s} to {high!s}, where it goes from {column.min()!s} to {column.max()!s}"
    return None


def _foreign(rows: pl.DataFrame, partition: str, told: str | None) -> bool:
    """Whether rows lie in another month's part than their own time of fetching has."""
    return partition == "fetched_month" and not (rows["fetched_at"].dt.strftime("%Y-%m") == told).all()


def _outside(column: pl.Series, low: Any, high: Any) -> bool:
    least, most = column.min(), column.max()
    if least is None:
        return low is not None or high is not None
    return (low is not None and bool(low > least)) or (high is not None and bool(high < most))


def _wrong_texts(key: str, rows: pl.DataFrame) -> Iterator[Damage]:
    if "text_sha256" not in rows.columns:
        return
    for row in rows.filter(pl.col("text").is_not_null()).select("text", "text_sha256", "url").iter_rows():
        if row[1] is not None and hashlib.sha256(row[0].encode()).hexdigest() != row[1]:
            yield Damage("text_differs", key, f"The text of {row[2]} has not the digest in its row; re-extract it.")
