"""What a host's robots.txt says to us: may we fetch, how fast, and what its owner reserves.

RFC 9309, read strictly: the groups for our own token, for `Scrapy` (the engine we run on) and for `*` all bind us. A
robots.txt that a server fails to give forbids everything; one that does not exist (any 4xx but 429, or more redirects
than anybody follows) allows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any, Self

from protego import Protego

from broadtape.rights.robots_groups import Groups, decode_robots
from broadtape.times import iso, parse_time, utcnow

__all__ = ["Robots"]

_ENGINE = "Scrapy"
_MOST_KEPT = 64 * 2**10
_MOST_VERDICTS = 10_000
_FRESH = timedelta(days=1)
_SIGNAL = re.compile(r"([a-z-]{1,40}+)\s*+=\s*+(yes|no|y|n)\b")
_SIGNAL_FIELDS = ("content-signal", "content-usage")
_UNITS = "|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?"
_DELAY = re.compile(rf"\+?(\d{{1,30}}(?:[.,]\d{{0,6}})?|[.,]\d{{1,6}})\s{{0,9}}({_UNITS})[.,;]?", re.IGNORECASE)
_DELAY_KEYS = ("crawl-delay", "crawl delay", "crawl_delay", "crawldelay")
_RATE = re.compile(r"(\d{1,9})\s{0,9}/\s{0,9}(\d{1,9})\s{0,9}([smhd]?)", re.IGNORECASE)
_SECONDS = {"": 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


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
        """What a server's answer means; a redirect that leads nowhere is as if there were no file."""
        if 200 <= status < 300:
            return cls(origin, at, status, decode_robots(body))
        if 300 <= status < 500 and status not in (HTTPStatus.NOT_MODIFIED, HTTPStatus.TOO_MANY_REQUESTS):
            return cls(origin, at, status)
        return cls(origin, at, status, unavailable=f"status {status}")

    def refusal(self, url: str, token: str, *, granted: bool = False) -> str | None:
        """Why we, called `token`, may not fetch `url`: `robots`, `robots: unavailable`, or None if we may.

        `granted`: the outlet has given our token leave; then a group for our token, if there is one, decides alone.
        """
        if self.unavailable:
            return "robots: unavailable"
        asked = (url, token, granted)
        if asked not in self._verdicts:
            if len(self._verdicts) >= _MOST_VERDICTS:
                self._verdicts.clear()
            agents = [token] if granted and token.lower() in self._groups.named else [token, _ENGINE, "*"]
            allowed = all(self._rules(agent).can_fetch(url, _ENGINE) for agent in agents)
            self._verdicts[asked] = None if allowed else "robots"
        return self._verdicts[asked]

    def spacing(self, token: str) -> float:
        """Seconds that are to lie between two requests; 0 where nothing is said."""
        asked = [0.0]
        for agent in (token, _ENGINE, "*"):
            for value in self._groups.values(agent, *_DELAY_KEYS):
                if delay := _DELAY.fullmatch(value):
                    unit = delay[2].lower()
                    seconds = _SECONDS[unit if unit == "ms" else unit[:1]]
                    asked.append(float(delay[1].replace(",", ".")) * seconds)
            for value in self._groups.values(agent, "request-rate", "request rate"):
                if (rate := _RATE.match(value)) and int(rate[1]):
                    asked.append(int(rate[2]) * _SECONDS[rate[3].lower()] / int(rate[1]))
        return max(asked)

    def signals(self, token: str) -> dict[str, bool]:
        """What Content-Signal and Content-Usage lines say to us, such as `{"ai-train": False}`; no outweighs yes."""
        said: dict[str, bool] = {}
        for agent in (token, _ENGINE, "*"):
            for value in self._groups.values(agent, *_SIGNAL_FIELDS):
                for name, word in _SIGNAL.findall(value.lower()):
                    said[name] = said.get(name, True) and word.startswith("y")
        return said

    @property
    def long(self) -> bool:
        """Whether asking takes long enough to be done beside the crawl's event loop."""
        return len(self.text) > _MOST_KEPT

    def _rules(self, agent: str) -> Protego:
        name = agent.lower()
        if name not in self._parsed:
            self._parsed[name] = Protego.parse("\n".join(["User-agent: *", *self._groups.lines(name)]))
        return self._parsed[name]

    @cached_property
    def _groups(self) -> Groups:
        return Groups(self.text)

    @cached_property
    def _parsed(self) -> dict[str, Protego]:
        return {}

    @cached_property
    def _verdicts(self) -> dict[tuple[str, str, bool], str | None]:
        return {}

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
