"""What somebody asked a crawl for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from broadtape.times import parse_time

__all__ = ["Order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody asked for; `None` and empty mean the defaults of `broadtape run`."""

    sites: tuple[str, ...] = ()
    archive: str | None = None
    since: str | None = None
    limit: int | None = None
    replay: str | None = None
    urls: tuple[str, ...] = ()
    force: bool = False
    config: str | None = None
    cron: str | None = None
    """The outlets that have this cron in their files."""
    scheduled: bool = False
    """Whether a schedule asks, which was made before: of what it names, what is enabled now is looked at."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The order in a flow's parameters, where lists are lists and what is left out is None."""
        given: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
        given |= {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
        return cls(**given)

    @property
    def as_scheduled(self) -> bool:
        """Whether outlets are looked at as a schedule does it; not for a recording, or for certain pages."""
        return not (self.replay or self.urls)

    def job_options(self) -> dict[str, Any]:
        """What the crawl process is told of it; raises InvalidTime."""
        return {
            "since": parse_time(self.since) if self.since else None,
            "limit": self.limit,
            "replay": Path(self.replay).absolute() if self.replay else None,
            "urls": self.urls,
            "force": self.force,
        }
