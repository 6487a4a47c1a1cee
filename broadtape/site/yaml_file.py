"""A person's YAML file as plain keys and values, at no more cost than its length."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from broadtape.errors import ConfigError

__all__ = ["keys_of"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST = 2**20
"""Bytes; the longest outlet's file that ships has 12 kB."""


def keys_of(path: Path) -> Mapping[str, Any]:
    """The keys of a YAML file and their values; raises ConfigError, naming the file.

    Aliases are refused: forty lines of them stand for more values than any machine holds.
    """
    try:
        data = path.read_bytes()
        if len(data) > _MOST:
            raise ConfigError(f"{path}: has {len(data):,} bytes: expected {_MOST:,} at the most.")
        for event in yaml.parse(data, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise ConfigError(f"{path}: *{event.anchor} is an alias: write out what it stands for.")
        values = yaml.load(data, Loader=_LOADER)  # noqa: S506 - a safe one
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: is no YAML: {_why(error)}.") from None
    if not isinstance(values, Mapping):
        raise ConfigError(f"{path}: must hold keys and values, such as 'title: …'; it holds {type(values).__name__}.")
    return values


def _why(error: Exception) -> str:
    """What is wrong, and where, without the parser's own words for what it was doing."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem and error.problem_mark:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    return " ".join(str(error).split())[:300].rstrip(".")
