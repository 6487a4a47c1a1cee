"""Conditions by which a scan leaves out whole files, as the SQL that Delta takes."""

from __future__ import annotations

from datetime import datetime

from broadtape.times import utc

__all__ = ["sql_text", "sql_time"]


def sql_text(text: str) -> str:
    """A string as `where` of `Table.scan` takes it."""
    return "'" + text.replace("'", "''") + "'"


def sql_time(moment: datetime) -> str:
    """A time as `where` of `Table.scan` takes it: against a TIMESTAMP literal Delta's statistics do not compare."""
    return f"'{utc(moment).replace(tzinfo=None).isoformat(timespec='microseconds')}Z'"
