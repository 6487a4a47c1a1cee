"""What a host's robots.txt says to us: may we fetch, how fast, and what its owner reserves.

RFC 9309, read strictly: the groups for our own token, for `Scrapy` (the engine we run on) and for `*` all bind us. A
robots.txt that a server fails to give forbids everything; one that does not exist (any 4xx but 429) allows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any, Self

from protego import Protego

from broadtape.times import iso, parse_time, utcnow

__all__ = ["Robots"]

_ENGINE = "Scrapy"
_MOST_READ = 512 * 2**10
_MOST_KEPT = 64 * 2**10
_FRESH = timedelta(days=1)
_SIGNAL = re.compile(r"([a-z-]+)\s*=\s*(yes|no|y|n)\b")
_SIGNAL_FIELDS = {"content-signal", "content-usage"}


@dataclass(frozen=True)
class Robots:
    """One origin's robots.txt, or why there is none. `unavailable` forbids everything."""

    origin: str
    checked_at: datetime
    status: int | None = None
    text: str = ""
    unavailable: str | None = None
    recorded: bool = True
    """False where a replayed recording does not hold it: allowed, and our rights are unknown."""

    @classmethod
    def answered(cls, origin: str, status: int, body: bytes, at: datetime) -> Self:
        """What a server's answer means."""
        if status == HTTPStatus.OK:
            text = body[:_MOST_READ].decode("utf-8", "replace").removeprefix("\ufeff")
            return cls(origin, at, status, text)
        if 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS:
            return cls(origin, at, status)
        return cls(origin, at, status, unavailable=f"status {status}")

    def refusal(self, url: str, token: str, *, granted: bool = False) -> str | None:
        """Why we, called `token`, may not fetch `url`: `robots`, `robots: unavailable`, or None if we may.

        `granted`: the outlet has given our token leave; then a group for our token, if there is one, decides alone.
        """
        if self.unavailable:
            return "robots: unavailable"
        agents = [token] if granted and token.lower() in self._named else [token, _ENGINE, "*"]
        return None if all(self._parser.can_fetch(url, agent) for agent in agents) else "robots"

    def spacing(self, token: str) -> float:
        """Seconds that are to lie between two requests; 0 where nothing is said."""
        asked = [0.0]
        for agent in (token, _ENGINE, "*"):
            asked.append(self._parser.crawl_delay(agent) or 0.0)
            rate = self._parser.request_rate(agent)
            if rate and rate.requests:
                asked.append(rate.seconds / rate.requests)
        return max(asked)

    def signals(self, token: str) -> dict[str, bool]:
        """What Content-Signal and Content-Usage lines say to us, such as `{"ai-train": False}`; no outweighs yes."""
        said: dict[str, bool] = {}
        for agents, key, value in _lines(self.text):
            if key in _SIGNAL_FIELDS and agents & {token.lower(), _ENGINE.lower(), "*"}:
                for name, word in _SIGNAL.findall(value.lower()):
                    said[name] = said.get(name, True) and word.startswith("y")
        return said

    @cached_property
    def _parser(self) -> Protego:
        return Protego.parse(self.text)

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(agent for agents, _, _ in _lines(self.text) for agent in agents)

    def to_state(self) -> dict[str, Any] | None:
        """For the next run, where it is small and was had; None otherwise."""
        if self.unavailable or not self.recorded or len(self.text) > _MOST_KEPT:
            return None
        return {"at": iso(self.checked_at), "status": self.status, "text": self.text}

    @classmethod
    def from_state(cls, origin: str, state: Any) -> Self | None:
        """What an earlier run kept, if it is whole; see `fresh`."""
        try:
            return cls(origin, parse_time(state["at"]), state["status"], str(state["text"]))
        except Exception:  # state is best effort: whatever lies there, the answer is to ask the server again
            return None

    @property
    def fresh(self) -> bool:
        """Whether it is less than a day old, so that it need not be asked for again."""
        return timedelta() <= utcnow() - self.checked_at < _FRESH


def _lines(text: str) -> Iterator[tuple[frozenset[str], str, str]]:
    """Each rule with the agents (lower case, without version) of the group it stands in."""
    agents: set[str] = set()
    naming = False
    for line in text.splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            agents = {*agents, *_agent(value)} if naming else _agent(value)
            naming = True
        elif key != "sitemap":
            naming = False
        yield frozenset(agents), key, value


def _agent(value: str) -> set[str]:
    return {value.partition("/")[0].strip().lower()} - {""}
