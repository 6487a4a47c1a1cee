"""The groups of a robots.txt: which lines are said to whom.

Whose rules are whose is decided here, by the product token alone (RFC 9309, 2.2.1), in one pass whatever the file's
length; what a rule means for an address is Protego's to say.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Groups", "decode_robots"]

_MOST_READ = 512 * 2**10
"""RFC 9309, 2.5: at least 500 KiB."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_AGENT = re.compile(r"user[- ]?agent(?:\s*+:|\s)(.*)", re.IGNORECASE | re.DOTALL)
_OF_ALL = re.compile(r"(?:sitemaps?|site-map|host)\b", re.IGNORECASE)
"""Lines that belong to no group, wherever they stand."""
_RULE = re.compile(
    r"[a-z][\w -]{0,40}:|(?:allow|dis{1,2}al{1,2}[ao]w|diasllow|crawl[- ]delay|request[- ]rate)\s", re.IGNORECASE
)
"""With the misspellings that Protego reads."""
_ENDS_AGENTS = re.compile(r"al{1,2}[ao]w|di[as]|crawl|request|content", re.IGNORECASE)
"""Lines that are acted upon; any other must not part the agents before it from those behind (RFC 9309, 2.2.4)."""
_TOKEN = re.compile(r"\*|[a-z_-]+", re.IGNORECASE)
_AROUND = " \t\xa0\"'+"
_ODD_BYTE = re.compile(r"\\x([0-9a-f]{2})")


def decode_robots(body: bytes) -> str:
    """A robots.txt as text. Bytes that are no UTF-8 are percent-encoded, as in the addresses that they are about."""
    cut = body[:_MOST_READ]
    if len(body) > _MOST_READ:
        cut = cut[: cut.rfind(b"\n") + 1]  # half a rule may say something else than the whole one
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if cut.startswith(mark):
            return cut[len(mark) :].decode(name, "replace")
    if cut[:200].count(0) > len(cut[:200]) // 3:
        return cut.decode("utf-16-be" if cut[0:200:2].count(0) > cut[1:200:2].count(0) else "utf-16-le", "replace")
    try:
        return cut.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _ODD_BYTE.sub(r"%\1", cut.decode("utf-8", "backslashreplace")).lstrip("\ufeff")


@dataclass(slots=True)
class _Group:
    agents: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)


class Groups:
    """A file's groups. Agents are product tokens in lower case: `Scrapy/2.11 (+https://…)` is `scrapy`."""

    def __init__(self, text: str) -> None:
        self._groups: list[_Group] = []
        naming = False
        for line in _LINE_END.split(text):
            told = line.partition("#")[0].replace("\0", "").strip().lstrip("\ufeff")
            if agent := _AGENT.match(told):
                if not naming:
                    self._groups.append(_Group())
                self._groups[-1].agents.update(_tokens(agent[1]))
                naming = True
            elif _RULE.match(told) and not _OF_ALL.match(told):
                naming = naming and not _ENDS_AGENTS.match(told)
                if self._groups:
                    self._groups[-1].lines.append(told)
        self.named = frozenset(agent for group in self._groups for agent in group.agents)

    def lines(self, agent: str) -> list[str]:
        """Every line that is said to this agent."""
        name = agent.lower()
        return [line for group in self._groups if name in group.agents for line in group.lines]

    def values(self, agent: str, *keys: str) -> Iterator[str]:
        """The values of the lines with one of these keys that are said to this agent."""
        for line in self.lines(agent):
            key, _, value = line.partition(":")
            if key.strip().lower() in keys:
                yield value.strip()


def _tokens(value: str) -> set[str]:
    found = (_TOKEN.match(name.strip(_AROUND)) for name in value.split(","))
    return {token[0].lower() for token in found if token}
