"""The time of day in a text: `17:30:09`, `5.30 p.m.`, `17h30`, `午後5時30分`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Clock", "clocks_in"]

_AM = r"[aA]\.?\s?[mM]\b\.?|π\.?μ\.?|ص\b|صباحا|上午|早上|凌晨|午前|오전|sáng\b|ÖÖ\b"
_PM = r"[pP]\.?\s?[mM]\b\.?|μ\.?μ\.?|م\b|مساء|下午|晚上|午後|오후|chiều\b|tối\b|ÖS\b"
_CLOCK = re.compile(
    rf"(?<![\d:.$€£])(?:(?P<before_am>{_AM})|(?P<before_pm>{_PM}))?\s?"
    r"(?P<hour>\d{1,2})(?:"
    r"\s?(?::|[.](?=\d\d(?![\d.]))|[hH時时시点點]\s?)\s?(?P<minute>[0-5]?\d)(?!\d)\s?(?:分|분)?"
    r"(?:\s?(?::|(?<=分)|[.](?=\d\d(?!\d)))(?P<second>\d{1,2})(?:秒|초)?(?:[.,:](?P<fraction>\d{1,9}))?)?"
    r"|(?=\s?(?:[aApP]\.?\s?[mM]\b))|\s?[hH](?![\w.])|[時时시点點])"
    rf"(?:\s?(?:(?P<am>{_AM})|(?P<pm>{_PM})))?(?:\s?(?:Uhr|[Hh](?:rs?|ours?)?|ч)\b\.?)?"
)
_COMPACT = re.compile(r"T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:[.,](?P<fraction>\d{1,9}))?(?!\d)")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written: `second` is None where it gives none, 60 in a leap second; `hour` is 24 at a day's end.
    `start` and `end` are places in the text."""

    hour: int
    minute: int
    second: int | None
    micro: int
    start: int
    end: int
    halved: bool
    """Whether it is of twelve hours, with am or pm."""


def clocks_in(text: str) -> Iterator[Clock | None]:
    """The times of day in a text, in its order; None for each that no clock shows, such as 25:10 or 13:00 am."""
    if text.startswith("T") and (compact := _COMPACT.match(text)):
        yield _checked(compact, morning=False, evening=False)
        return
    for match in _CLOCK.finditer(text):
        yield _checked(
            match,
            morning=bool(match["am"] or match["before_am"]),
            evening=bool(match["pm"] or match["before_pm"]),
        )


def _checked(match: re.Match[str], *, morning: bool, evening: bool) -> Clock | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    second = int(match["second"]) if match["second"] else None
    midnight = hour == 24 and not (minute or second or morning or evening)  # ISO 8601: the end of the day
    if (hour > 23 and not midnight) or minute > 59 or (second or 0) > 60 or (morning and hour > 12):
        return None
    if morning or evening:
        hour = hour % 12 + 12 * evening if hour <= 12 else hour
    micro = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    return Clock(hour, minute, second, micro, match.start(), match.end(), morning or evening)
