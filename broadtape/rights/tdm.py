"""Text and data mining reservations of a whole host: /.well-known/tdmrep.json (the TDMRep protocol)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlsplit

from broadtape.times import iso, parse_time, utcnow

__all__ = ["TDMREP", "TdmRep"]

TDMREP = "/.well-known/tdmrep.json"
_FRESH = timedelta(days=1)
_MOST_READ = 64 * 2**10
_MOST_RULES = 1_000


@dataclass(frozen=True)
class TdmRep:
    """One origin's reservations; `text` is empty where it states none."""

    checked_at: datetime
    text: str = ""

    @classmethod
    def answered(cls, status: int, body: bytes, at: datetime) -> Self:
        """What a server's answer means; what brings no file states nothing."""
        return cls(at, body[:_MOST_READ].decode("utf-8", "replace") if 200 <= status < 300 else "")

    def reserves(self, url: str) -> bool:
        """Whether mining `url` is reserved; the most precise rule that covers it decides."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        found = [(len(location), reserved) for location, reserved in self._rules if _covers(location, path)]
        return max(found)[1] if found else False

    @property
    def reserved(self) -> tuple[str, ...]:
        """The locations whose mining is reserved, as its file writes them."""
        return tuple(location for location, reserved in self._rules if reserved)

    @cached_property
    def _rules(self) -> list[tuple[str, bool]]:
        try:
            rules = json.loads(self.text)
        except (ValueError, RecursionError):
            return []
        return [
            (rule["location"], str(rule.get("tdm-reservation")) == "1")
            for rule in (rules if isinstance(rules, list) else [])[:_MOST_RULES]
            if isinstance(rule, dict) and isinstance(rule.get("location"), str)
        ]

    def to_state(self) -> dict[str, Any]:
        """For the next run."""
        return {"at": iso(self.checked_at), "text": self.text}

    @classmethod
    def from_state(cls, state: Any) -> Self | None:
        """What an earlier run kept, if it is whole; see `fresh`."""
        try:
            return cls(parse_time(state["at"]), str(state["text"]))
        except Exception:  # state is best effort: whatever lies there, the answer is to ask the server again
            return None

    @property
    def fresh(self) -> bool:
        """Whether it is less than a day old, so that it need not be asked for again."""
        return timedelta() <= utcnow() - self.checked_at < _FRESH


def _covers(location: str, path: str) -> bool:
    """Whether a location pattern (a prefix with `*` and a closing `$`, as in robots.txt) covers `path`."""
    first, *others = re.sub(r"\*+", "*", location.removesuffix("$")).split("*")
    if location.endswith("$"):
        if not others:
            return path == first
        last = others.pop()
        if not path.endswith(last):
            return False
        path = path[: len(path) - len(last)]
    if not path.startswith(first):
        return False
    at = len(first)
    for part in others:
        at = path.find(part, at) + len(part)
        if at < len(part):
            return False
    return True
