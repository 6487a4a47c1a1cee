"""What a reader's SQL may be: one SELECT over the views, told by DuckDB's own parse of it.

The kind that DuckDB gives a statement is not enough: `EXPLAIN ANALYZE COPY …` is of the kind EXPLAIN, and
`WITH x AS (COPY … TO …) SELECT` of the kind SELECT, and both write. DuckDB's allowed paths do not help either, since
what may be read there may be written. So the parsed query is walked, and whatever is not known to read only is refused.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb

from broadtape.errors import UsageError

__all__ = ["check"]

_EXPLAIN = re.compile(r"\s*EXPLAIN(\s+ANALYZE)?\b(?!\s*\()", re.IGNORECASE)
_QUERIES = {"SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE", "RECURSIVE_CTE_NODE"}
_TABLES = {"BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "TABLE_FUNCTION", "SHOW_REF", "PIVOT"}
_FUNCTIONS = {"unnest", "range", "generate_series", "json_each", "json_tree", "repeat", "repeat_row"}
"""Table functions over values alone; the others read files, settings or what lies behind the views."""
_HARMFUL = {"write_log", "getenv", "nextval"}
_MANY = 200_000
"""Characters: the parse of a longer query is a tree that nobody wrote by hand."""

Node = Mapping[str, Any]


def check(connection: duckdb.DuckDBPyConnection, query: str, views: Collection[str]) -> None:
    """Raises UsageError for a query that does more than read `views`, duckdb.Error for what is no SQL."""
    if len(query) > _MANY:
        raise UsageError(f"The SQL is {len(query):,} characters long: expected {_MANY:,} at the most.")
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise UsageError(f"The SQL holds {len(statements)} statements: expected one.")
    explain, kind = _EXPLAIN.match(query), statements[0].type
    asked = query[explain.end() :] if explain else query
    parsed = _parsed(connection, asked)
    if kind not in {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN} or parsed is None:
        raise UsageError(
            f"The SQL is a statement of the kind {kind.name}: an archive is only read, expected a SELECT, or EXPLAIN "
            "and a SELECT."
        )
    _only_reads(parsed, {view.lower() for view in views})


def _parsed(connection: duckdb.DuckDBPyConnection, query: str) -> Node | None:
    """DuckDB's parse of one SELECT; None for any other statement."""
    ((text,),) = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [query]).fetchall()
    told: Node = json.loads(text)
    return told if not told.get("error") and len(told["statements"]) == 1 else None


def _only_reads(parsed: Node, views: set[str]) -> None:
    nodes = list(_nodes(parsed))
    named = views | set(_common_tables(nodes))
    for node in nodes:
        kind = node.get("type")
        if isinstance(kind, str) and kind.endswith("_NODE") and kind not in _QUERIES:
            raise UsageError(f"The SQL holds a {_words(kind)}: an archive is only read.")
        if kind == "BASE_TABLE":
            _require_view(node, named, views)
        elif kind == "TABLE_FUNCTION":
            _require_function(node)
        elif "table_name" in node and isinstance(kind, str) and "class" not in node and kind not in _TABLES:
            raise UsageError(f"The SQL reads from a {_words(kind)}, which an archive does not have.")
        elif node.get("class") == "FUNCTION" and str(node.get("function_name")).lower() in _HARMFUL:
            raise UsageError(f"The SQL calls {node['function_name']}, which is not offered here.")


def _nodes(value: Any) -> Iterator[Node]:
    """Every object of the parse; by a stack, since a query may nest deeper than Python calls may."""
    stack = [value]
    while stack:
        found = stack.pop()
        if isinstance(found, dict):
            yield found
            stack.extend(found.values())
        elif isinstance(found, list):
            stack.extend(found)


def _common_tables(nodes: Collection[Node]) -> Iterator[str]:
    for node in nodes:
        for entry in (node.get("cte_map") or {}).get("map", ()):
            yield str(entry["key"]).lower()
        if "cte_name" in node:
            yield str(node["cte_name"]).lower()


def _require_view(node: Node, named: Collection[str], views: Collection[str]) -> None:
    name = str(node.get("table_name"))
    plain = not node.get("catalog_name") and str(node.get("schema_name") or "main").lower() == "main"
    if not plain or name.lower() not in named:
        near = difflib.get_close_matches(name.lower(), named, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"There is no table {name!r} here.{hint} There are {', '.join(sorted(views))}.")


def _require_function(node: Node) -> None:
    function = node.get("function")
    name = str(function.get("function_name")) if isinstance(function, Mapping) else "?"
    if name.lower() not in _FUNCTIONS:
        raise UsageError(
            f"The SQL reads from {name}(), which is not offered: of table functions there are "
            f"{', '.join(sorted(_FUNCTIONS))}."
        )


def _words(kind: str) -> str:
    return kind.removesuffix("_NODE").removesuffix("_QUERY").replace("_", " ")
