"""Names that are called otherwise now: the old one still works, and says what it is called since when.

A name is read under its old form for at least two minor releases (docs/versioning.md tells the policy).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["DeprecatedName", "Renamed", "Told", "renamed_keys"]


class Told(FutureWarning):
    """Something that whoever runs the command should know, as one sentence: a FutureWarning, which Python shows."""


class DeprecatedName(Told):
    """Something is called by its former name."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a key is called now, since which version, and what its old values mean where these changed as well."""

    now: str
    since: str
    value: Callable[[Any], Any] = lambda value: value


def renamed_keys(values: Mapping[str, Any], renamed: Mapping[str, Renamed], where: str) -> dict[str, Any]:
    """`values` under their present keys, with a DeprecatedName warning for each old one.

    `where` names what holds the keys. Raises ValueError where a key is given by both names.
    """
    present = dict(values)
    for old in renamed.keys() & values.keys():
        new = renamed[old]
        if new.now in values:
            raise ValueError(f"{old} is the former name of {new.now}: give {new.now} alone")
        present[new.now] = new.value(present.pop(old))
        warnings.warn(
            f"{where}: {old} is called {new.now} since {new.since}; the old name will go.", DeprecatedName, stacklevel=2
        )
    return present
