"""What the `detail` of a row says, in the ledger and among the decisions: JSON, with a type for each kind of row.

Reading never fails: a row whose detail cannot be read says nothing by it. Polls and measured segments have larger ones,
made by what they are about: `crawl.events.poll_detail` (read by `values_in`) and `monitoring.measures.Measures`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

__all__ = ["Acceptance", "Failure", "PagePlace", "RuleName", "as_json", "values_in"]


def values_in(text: str | None) -> dict[str, Any]:
    """The JSON object that a detail is; empty for anything else."""
    try:
        values = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def as_json(values: Mapping[str, Any]) -> str | None:
    """A detail of these facts; None where there is none."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True) if values else None


@dataclass(frozen=True, slots=True)
class Failure:
    """Of a story that could not be had: how often in a row it could not."""

    attempts: int = 1

    def to_json(self) -> str:
        """The detail."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | None) -> Self:
        """Reads a detail; one that says nothing is that of a first failure."""
        try:
            return cls(max(1, int(values_in(text).get("attempts", 1))))
        except (ValueError, TypeError, OverflowError):
            return cls()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Of the decision that an outlet looks as usual: from which run on, and the runs that it was found in."""

    since: str
    runs: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The detail."""
        return json.dumps({"since": self.since, "runs": list(self.runs)})

    @classmethod
    def from_json(cls, text: str | None) -> Self | None:
        """Reads a detail; None for that of another kind of decision."""
        told = values_in(text)
        if "since" not in told:
            return None
        runs = told.get("runs")
        return cls(str(told["since"] or ""), tuple(map(str, runs)) if isinstance(runs, list) else ())


@dataclass(frozen=True, slots=True)
class PagePlace:
    """Of a decision on a page: where it lies, so that tables that are made anew follow it, too."""

    warc_file: str
    warc_offset: int
    run: str | None = None

    def to_json(self) -> str:
        """The detail."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | None) -> Self | None:
        """Reads a detail; None for that of another kind of decision."""
        told = values_in(text)
        try:
            return cls(str(told["warc_file"]), int(told["warc_offset"]), told.get("run"))
        except (KeyError, TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class RuleName:
    """Of a decision on a learnt rule of an outlet."""

    rule: str

    def to_json(self) -> str:
        """The detail."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | None) -> Self | None:
        """Reads a detail; None for that of another kind of decision."""
        name = values_in(text).get("rule")
        return cls(name) if isinstance(name, str) else None
