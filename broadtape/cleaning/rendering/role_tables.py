"""Tables that are built of other elements and say so by their roles: they become tables, so that rows keep their
columns."""

from __future__ import annotations

from broadtape.cleaning.page.elements import Elements

__all__ = ["lay_out_tables"]

_TABLES = frozenset({"table", "grid"})
_CELLS = {"cell": "td", "gridcell": "td", "columnheader": "th", "rowheader": "th"}
_LEAST = 2
"""Rows of a table, and cells of each."""


def lay_out_tables(elements: Elements) -> bool:
    """Give the elements of such tables the tags of what they say to be; whether there were any."""
    laid_out = False
    for table in elements.having("role"):
        if table.get("role") not in _TABLES or table.tag in ("table", "body", "html"):
            continue
        rows = [e for e in table.iterdescendants() if e.get("role") == "row"]
        cells = [[e for e in row.iterdescendants() if e.get("role") in _CELLS] for row in rows]
        if len(rows) < _LEAST or any(len(row) < _LEAST for row in cells) or next(table.iter("tr"), None) is not None:
            continue
        table.tag = "table"
        for row, held in zip(rows, cells, strict=True):
            row.tag = "tr"
            for cell in held:
                cell.tag = _CELLS[cell.get("role") or ""]
        laid_out = True
    return laid_out
