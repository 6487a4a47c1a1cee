"""Where a page ended, as a word that its reader hands back: opaque, and good for the same question alone."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from broadtape.errors import UsageError
from broadtape.times import iso, parse_time

__all__ = ["fingerprint", "packed", "unpacked"]

_WRONG = "cursor is none that this question gave: ask again without it."


def fingerprint(path: str, given: Iterable[tuple[str, str]]) -> str:
    """What tells one question from another, whatever part of its answer is asked for, and in which form."""
    told = sorted(pair for pair in given if pair[0] not in ("cursor", "limit", "format"))
    return hashlib.sha256(json.dumps([path, told]).encode()).hexdigest()[:12]


def packed(place: Sequence[Any], question: str) -> str:
    """`place` as a cursor of this question."""
    told = json.dumps([question, *(_plain(value) for value in place)], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def unpacked(cursor: str, question: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    """The place in a cursor, whose values are of these kinds; raises UsageError for what is none of the question."""
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        given, *place = told
        if given != question or len(place) != len(kinds):
            raise UsageError(_WRONG)
        return tuple(_read(value, kind) for value, kind in zip(place, kinds, strict=True))
    except (ValueError, TypeError, RecursionError):
        raise UsageError(_WRONG) from None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else value


def _read(value: Any, kind: type) -> Any:
    if kind is datetime:
        return parse_time(str(value))
    if kind is date:
        return date.fromisoformat(str(value))
    if type(value) is not kind or (isinstance(value, int) and value < 0):
        raise UsageError(_WRONG)
    return value
