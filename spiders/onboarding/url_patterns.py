"""The shapes of an outlet's addresses: patterns that its listed stories have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Shapes", "find_shapes"]

_MOST = 4
_SHARE = 0.02
_NUMBER = re.compile(r"\d{6,}")


@dataclass(frozen=True, slots=True)
class Shapes:
    """`patterns` match stories; `number` finds a story's own number as its first group, where they have one."""

    patterns: tuple[str, ...]
    number: str | None
    matched: int
    """How many of the addresses the patterns match."""


def find_shapes(urls: Sequence[str]) -> Shapes:
    """Patterns for the commonest shapes of these stories' paths, most common first."""
    paths = [path for url in dict.fromkeys(urls) if (path := urlsplit(url).path.strip("/"))]
    counted = Counter(_shape(path) for path in paths)
    common = [shape for shape, count in counted.most_common(_MOST) if count >= max(1, _SHARE * len(paths))]
    patterns = tuple(f"^https?://[^/]+/{shape}/?(?:[?#]|$)" for shape in common)
    matched = sum(any(re.search(pattern, url) for pattern in patterns) for url in dict.fromkeys(urls))
    return Shapes(patterns, _number(paths), matched)


def _shape(path: str) -> str:
    *folders, last = path.split("/")
    return "/".join([*(_folder(part) for part in folders), _last(last)])


def _folder(part: str) -> str:
    if part.isdigit():
        return rf"\d{{{len(part)}}}" if len(part) <= 4 else r"\d{5,}"
    # A short word without digits names a section; which ones there are changes more often than that there is one.
    return r"[a-z-]+" if re.fullmatch(r"[a-z-]{1,40}", part) else r"[^/?#]+"


def _last(part: str) -> str:
    stem, dot, ending = part.rpartition(".")
    if not dot or not re.fullmatch(r"[a-z]{2,5}", ending):
        stem, dot, ending = part, "", ""
    tail = rf"\.{ending}" if dot else ""
    if stem.isdigit():
        return r"\d{5,}" + tail if len(stem) > 4 else r"\d+" + tail
    if match := re.fullmatch(r"(.+?)([-_.])(\d{5,})", stem):
        return rf"[^/?#]+{re.escape(match[2])}\d{{5,}}{tail}"
    if match := re.fullmatch(r"(\d{5,})([-_.])(.+)", stem):
        return rf"\d{{5,}}{re.escape(match[2])}[^/?#]+{tail}"
    # A story's slug has several words: without that, every section page would pass for one.
    return rf"[^/?#]+-[^/?#]+{tail}" if "-" in stem else rf"[^/?#]+{tail}"


def _number(paths: Sequence[str]) -> str | None:
    """A pattern for the number in the stories' paths, where each has one of its own."""
    found = [_NUMBER.findall(path) for path in paths]
    if len(paths) < 3 or not all(found):
        return None
    if len({numbers[-1] for numbers in found}) < len(paths):
        return None
    return r"[/_.-](\d{6,})(?=[/_.?#-]|$)"
