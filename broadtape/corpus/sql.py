"""SQL over the archive by DuckDB: the views `articles`, `revisions` and `captures`, and nothing else within reach.

A query can read no file, write none, load no extension and change no setting; what is larger than its memory goes to a
folder that is removed.
"""

# ruff: noqa: S608 - views take no parameters: what is put into their SQL is our own, or quoted
from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from broadtape.archive import Archive
from broadtape.archive.delta.schema import TABLES, TableName
from broadtape.archive.scratch import scratch
from broadtape.article import Article
from broadtape.corpus.reading.dating import DATED_SQL
from broadtape.corpus.reading.resolve_versions import KEY, Depth
from broadtape.corpus.sql_guard import check
from broadtape.errors import ArchiveError, UsageError
from broadtape.times import iso

__all__ = ["VIEWS", "run_sql"]

VIEWS = ("articles", "revisions", "captures")
_DEPTHS: dict[str, Depth] = {"articles": "current", "revisions": "revisions"}
_SETTINGS = (
    "SET TimeZone = 'UTC'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_progress_bar = false",
    "SET errors_as_json = true",
)
_BATCH = 20_000
"""Rows of an answer that are given at a time."""
_GLOB = re.compile(r"[*?\[\]{}]")
_KEY = ", ".join(KEY)

_VIEW = f"""
CREATE TABLE hidden.choice_of_{{view}} AS FROM choice;
CREATE VIEW {{view}} AS
SELECT {{columns}}, {DATED_SQL}, coalesce(choice.revision, 1) AS revision
FROM hidden.articles LEFT JOIN hidden.choice_of_{{view}} AS choice USING ({_KEY})
WHERE coalesce(choice.revision, 1) > 0;
"""


def run_sql(
    archive: Archive,
    versions: Mapping[TableName, int],
    query: str,
    *,
    choice: Callable[[Depth], pl.DataFrame],
    forgotten: Sequence[str],
    as_of: datetime | None,
    clock: str,
    memory: str | None,
) -> Iterator[pl.DataFrame]:
    """The answer in batches, the first of which comes even if it is empty; raises UsageError and ArchiveError.

    `choice` gives which rows visible at `as_of` count, of all articles that have several, as `resolve_versions`
    makes it.
    """
    with scratch("sql") as spill, duckdb.connect() as connection:
        _limit(connection, memory, str(spill))
        try:
            visible = f"{clock}_at <= '{iso(as_of)}'" if as_of else None
            _offer(connection, archive, versions, query, choice, forgotten, visible)
            connection.execute("SET lock_configuration = true")
            check(connection, query, VIEWS)
            reader = _asked(connection, query).to_arrow_reader(_BATCH)
            given = False
            for batch in reader:
                given = True
                yield _frame(pa.Table.from_batches([batch]))
            if not given:
                yield _frame(reader.schema.empty_table())
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except duckdb.OutOfMemoryException:
            told = _setting(connection, "memory_limit")
            raise ArchiveError(
                f"The query needs more memory than it may take ({told}): narrow it, or allow more with --memory 8GB."
            ) from None
        except duckdb.IOException as error:
            raise OSError(_told(error)["exception_message"]) from None
        except duckdb.Error as error:
            raise _explained(connection, query, error) from None


def _limit(connection: duckdb.DuckDBPyConnection, memory: str | None, spill: str) -> None:
    for setting in _SETTINGS:
        connection.execute(setting)
    connection.execute(f"SET temp_directory = {_quoted(spill)}")
    try:
        connection.execute(f"SET memory_limit = {_quoted(memory or '50%')}")
    except duckdb.Error:
        raise UsageError(f"{memory!r} is no size of memory: expected one such as 4GB.") from None


def _offer(
    connection: duckdb.DuckDBPyConnection,
    archive: Archive,
    versions: Mapping[TableName, int],
    query: str,
    choice: Callable[[Depth], pl.DataFrame],
    forgotten: Sequence[str],
    visible: str | None,
) -> None:
    """Makes the views that the query speaks of."""
    connection.execute("CREATE SCHEMA hidden")
    readable = _source(connection, archive, "captures", versions["captures"], "captures")
    if views := [view for view in _DEPTHS if re.search(rf"\b{view}\b", query, re.IGNORECASE)]:
        conditions = [visible] if visible else []
        if forgotten:
            conditions.append(f"article_id NOT IN ({', '.join(map(_quoted, forgotten))})")
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        readable += _source(connection, archive, "articles", versions["articles"], "hidden.articles", where)
        columns = ", ".join(name for name in Article.columns() if name != "revision")
        for view in views:
            connection.register("choice", choice(_DEPTHS[view]).to_arrow())
            connection.execute(_VIEW.format(view=view, columns=columns))
            connection.unregister("choice")
    connection.execute(f"SET allowed_paths = [{', '.join(map(_quoted, readable))}]")
    connection.execute("SET enable_external_access = false")


def _source(
    connection: duckdb.DuckDBPyConnection, archive: Archive, table: TableName, version: int, view: str, where: str = ""
) -> list[str]:
    """Makes a view of a table's rows; the files that DuckDB must be allowed to read for it."""
    files = archive.tables[table].files(version)
    readable = bool(files) and not any("://" in file or _GLOB.search(file) for file in files)
    if readable:
        listed = ", ".join(map(_quoted, files))
        source = (
            f"read_parquet([{listed}], hive_partitioning = true, hive_types_autocast = false, union_by_name = true)"
        )
    else:
        # On S3 DuckDB would have to download an extension, and brackets in a path it takes for a pattern.
        source = f"source_{table}"
        connection.register(source, archive.tables[table].dataset(version))
    connection.execute(f"CREATE VIEW {view} AS SELECT {', '.join(TABLES[table].schema)} FROM {source} {where}")
    return files if readable else []


def _asked(connection: duckdb.DuckDBPyConnection, query: str) -> duckdb.DuckDBPyRelation:
    """The query, with spans of time as text: no other library reads them as DuckDB writes them."""
    asked = connection.sql(query)
    if "INTERVAL" not in map(str, asked.types):
        return asked
    names = ['"' + name.replace('"', '""') + '"' for name in asked.columns]
    kinds = zip(names, asked.types, strict=True)
    return asked.project(
        ", ".join(f"{name}::VARCHAR AS {name}" if str(kind) == "INTERVAL" else name for name, kind in kinds)
    )


def _explained(connection: duckdb.DuckDBPyConnection, query: str, error: duckdb.Error) -> UsageError:
    text = str(error)
    if "{" not in text:
        # A relation's errors do not tell where, the same query's as a statement do; what is wrong stops both early.
        try:
            connection.execute(query)
        except duckdb.Error as again:
            text = str(again)
    told = _told(text)
    said, *more = [line.strip() for line in str(told["exception_message"]).splitlines() if line.strip()]
    where = _position(query, told.get("position"))
    hints = [line for line in more if line.startswith("Did you mean")]
    if told.get("error_subtype") == "COLUMN_NOT_FOUND" and told.get("candidates"):
        hints = [f"Did you mean {' or '.join(told['candidates'].split(',')[:3])}?"]
    elif told.get("type") == "Table" and told.get("error_subtype") == "MISSING_ENTRY":
        hints = [f"There are {', '.join(VIEWS)}."]
    return UsageError(" ".join([f"SQL: {said.rstrip('.!')}{where}.", *hints]))


def _told(error: duckdb.Error | str) -> dict[str, Any]:
    text = str(error)
    try:
        told: dict[str, Any] = json.loads(text[text.index("{") :])
    except ValueError:
        return {"exception_message": text}
    return told


def _position(query: str, offset: str | None) -> str:
    if offset is None:
        return ""
    before = query.encode()[: int(offset)].decode(errors="ignore")
    return f" (line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))})"


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _setting(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    row = connection.execute(f"SELECT current_setting({_quoted(name)})").fetchone()
    return str(row[0]) if row else "?"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
