"""What may be asked of the API: each parameter once, with how it is described and how it is read.

Names and meanings are those of the shell's options, `_` for `-`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams

from broadtape.errors import InvalidTime, UsageError
from broadtape.times import parse_time

__all__ = [
    "AS_OF", "CLUSTER", "COLUMNS", "CURSOR", "FILTERS", "FORMAT", "NARROW", "WHERE", "Parameter", "flag", "moment",
    "number", "of_choices", "read_all", "text", "time",
]  # fmt: skip

_LONGEST, _MOST = 2_000, 100
"""Characters of a value, values of a parameter: no outlet, ticker or query that means something has more."""
_YEARS = (1900, 2200)
_TIME = r"^\s*(\d{4}-\d{2}-\d{2}([T ].*)?|\d{1,6}\s*[smhdwSMHDW])\s*$"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query string. `schema` is that of one value, in JSON Schema."""

    name: str
    description: str
    schema: dict[str, Any]
    read: Callable[[str, str], Any]
    """From its name and a value; raises UsageError."""
    several: bool = False
    required: bool = False


def text(name: str, description: str, *, several: bool = False, required: bool = False, **schema: Any) -> Parameter:
    """Any text."""
    return Parameter(
        name,
        description,
        {"type": "string", "minLength": 1, "maxLength": _LONGEST, **schema},
        _text,
        several=several,
        required=required,
    )


def time(name: str, description: str) -> Parameter:
    """A time: ISO 8601, or a span back from now."""
    told = f"{description} ISO 8601, UTC where it has no offset, or a span back from now such as `3d`."
    return Parameter(name, told, {"type": "string", "pattern": _TIME, "maxLength": 64}, moment)


def flag(name: str, description: str) -> Parameter:
    """`true` or `false`."""
    return Parameter(name, description, {"type": "boolean", "default": False}, _flag)


def of_choices(name: str, description: str, *choices: str) -> Parameter:
    """One of a few words, the first where none is given."""

    def read(given: str, value: str) -> str:
        if value not in choices:
            raise UsageError(f"{given} is {value[:40]!r}: expected {' or '.join(choices)}.")
        return value

    return Parameter(name, description, {"type": "string", "enum": list(choices), "default": choices[0]}, read)


def number(name: str, description: str, most: int, default: int) -> Parameter:
    """A number from 1 on."""

    def read(given: str, value: str) -> int:
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:12]) <= most):
            raise UsageError(f"{given} is {value[:40]!r}: expected a number from 1 to {most:,}.")
        return int(value)

    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return Parameter(name, description, schema, read)


def read_all(known: Sequence[Parameter], given: QueryParams) -> dict[str, Any]:
    """What a query string asks for, by name; raises UsageError for what it cannot mean."""
    by_name = {parameter.name: parameter for parameter in known}
    found: dict[str, Any] = {}
    for name in dict.fromkeys(given):
        if name not in by_name:
            near = difflib.get_close_matches(name, by_name, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(by_name) or 'none'}."
            raise UsageError(f"There is no parameter {name[:40]!r} here. {hint}")
        found[name] = _values(by_name[name], given.getlist(name))
    for parameter in known:
        if parameter.required and parameter.name not in found:
            raise UsageError(f"{parameter.name} is missing.")
    return found


def _values(parameter: Parameter, values: Sequence[str]) -> Any:
    name = parameter.name
    if len(values) > (_MOST if parameter.several else 1):
        most = _MOST if parameter.several else 1
        raise UsageError(f"{name} was given {len(values)} times: expected {most} at the most.")
    if any(len(value) > _LONGEST for value in values):
        raise UsageError(f"{name} is longer than {_LONGEST:,} characters.")
    read = tuple(parameter.read(name, value) for value in values)
    return read if parameter.several else read[0]


def _text(name: str, value: str) -> str:
    if not value.strip():
        raise UsageError(f"{name} is empty.")
    return value


def _flag(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise UsageError(f"{name} is {value[:40]!r}: expected true or false.")
    return value == "true"


def moment(name: str, value: str) -> datetime:
    """The time that a value is; raises InvalidTime."""
    try:
        found = parse_time(value)
    except InvalidTime as error:
        raise InvalidTime(f"{name}: {error}") from None
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        raise InvalidTime(f"{name} is {value!r}: expected a year from {_YEARS[0]} to {_YEARS[1]}.")
    return found


AS_OF = (
    time("as_of", "Answer as at this time; what was forgotten since stays out."),
    of_choices(
        "clock",
        "What `as_of` means: what this archive held then, or what the world could read then.",
        "archived",
        "fetched",
    ),
)
WHERE = (
    text("site", "Of this outlet; repeatable.", several=True, examples=["ledger"]),
    text("ticker", "That names this security, `AAPL` or `NASDAQ:AAPL`; repeatable.", several=True),
    text("language", "In this language, ISO 639-1; repeatable.", several=True),
    text("section", "In this section of the outlet; repeatable.", several=True),
)
BY = (
    time("since", "From this time on."),
    time("until", "Before this time."),
    of_choices(
        "by",
        "Which time `since`, `until` and the order mean. A text that nobody dates goes by when it was first listed, or "
        "fetched: see `dated_by`.",
        "published",
        "fetched",
    ),
    flag("dated_only", "Without texts that have no time of publication."),
)
FILTERS = (*WHERE, *BY, *AS_OF)
NARROW = (*FILTERS, flag("revisions", "Every revision of an article, not only the last."))
CLUSTER = flag("cluster", "Stories that are nearly the same as one entry, the earliest of them.")
COLUMNS = text("columns", "Only these columns, with commas between them.")
FORMAT = of_choices(
    "format",
    "A page as one JSON object, or its items as JSON lines, the next page in the header `Link`.",
    "json",
    "ndjson",
)
CURSOR = text("cursor", "From where the page ended that gave this word as `next`.")
