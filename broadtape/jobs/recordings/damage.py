"""What is said of a recording's damaged records, by whoever reads one."""

from __future__ import annotations

from collections.abc import Sequence

from broadtape.archive.warc import Damage
from broadtape.monitoring.run_report import RunReport, plural

__all__ = ["broken_off", "passed_over"]

_SHOWN = 3
"""Damaged records that are named on the terminal; the report and the ledger name more."""


def passed_over(report: RunReport, recording: str, damage: Sequence[Damage], count: int) -> str:
    """Notes the damage in the report; a sentence that counts all of it and names the first few records."""
    told = report.damaged[recording] = [str(each) for each in damage]
    more = f"; and {count - _SHOWN:,} more" if count > _SHOWN else ""
    return f"{plural(count, 'record')} passed over, {'; '.join(told[:_SHOWN])}{more}"


def broken_off(recording: str, damage: Sequence[Damage]) -> str | None:
    """Why a recording could not be read to its end, if what is damaged tells that; None where it was."""
    return next((f"{recording}: {each}." for each in reversed(damage) if each.torn), None)
