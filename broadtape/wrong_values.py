"""What is wrong with values from a file or the environment, in words: key, value, and the rule that it breaks."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

__all__ = ["did_you_mean", "explain"]

_SECRET = {"alerts"}
"""Settings whose values may hold passwords and tokens."""
_SHOWN = 3
"""Problems told of one file: who mends these sees the rest then."""
_UNKNOWN = "extra_forbidden"


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """The first problems of a validation by `model`, each as `key: value: rule`; unknown keys with the nearest."""
    told = []
    # First what there is no key for: it is often what another key is missing for.
    for problem in sorted(error.errors(), key=lambda problem: problem["type"] != _UNKNOWN)[:_SHOWN]:
        path = tuple(map(str, problem["loc"]))
        if problem["type"] == _UNKNOWN:
            told.append(f"{'.'.join(path)}: there is no such key.{did_you_mean(path[-1], _keys(model))}".rstrip("."))
            continue
        rule = problem["msg"].removeprefix("Value error, ")
        shown = path and problem["type"] != "missing" and path[0] not in _SECRET
        value = _short(problem["input"]) if shown else ""
        told.append(f"{'.'.join(path) or 'file'}: {value + ': ' if value else ''}{rule}")
    more = len(error.errors()) - len(told)
    said = "; ".join(told) + (f"; and {more} more" if more else "")
    return said if said.endswith("?") else f"{said}."


def did_you_mean(name: str, known: Iterator[str] | list[str]) -> str:
    """` Did you mean 'x'?` for the nearest of the known names; empty where none is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _keys(model: type[BaseModel]) -> Iterator[str]:
    """Every key that the model, or a model within it, has: a key is as often put in the wrong place as misspelt."""
    schema: dict[str, Any] = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {})


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."
