"""The outlets, as the files under `outlets/` have them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator

from examples.newsroom.story import Data, Refusal, parse_yaml

__all__ = ["Outlet", "Trap", "read_outlets"]

OUTLETS = Path(__file__).parent / "outlets"


class Trap(Data):
    """Something an outlet lists that is no story to archive."""

    url: str
    """A path on the outlet, or an address elsewhere; `{backoffice}` and the like stand for a listener's base."""
    title: str
    published: AwareDatetime
    answer: str | None = None
    """Name of the answer in `faults.py`; None where nothing here answers."""
    to: str | None = None
    """Where a redirect leads."""
    refused: Refusal

    @property
    def path(self) -> str | None:
        """Its path on the outlet; None for an address elsewhere."""
        return self.url if self.url.startswith("/") else None


def _hours(value: object) -> object:
    return timedelta(hours=value) if isinstance(value, int) else value


class Outlet(Data):
    """One outlet of the newsroom."""

    name: str
    title: str
    tagline: str
    place: int
    """Its port, counted from the newsroom's first."""
    language: str = "en"
    template: str | None = None
    """The outlet whose markup it uses, where that is not its own."""
    utc_offset: Annotated[timedelta, BeforeValidator(_hours)]
    """Of the times its pages show."""
    zone: str
    """The name of that offset on its pages."""
    listing: Literal["rss", "atom", "news_sitemap"]
    listing_charset: str = "utf-8"
    sections: tuple[str, ...]
    robots: str
    tdmrep: tuple[dict[str, Any], ...] = ()
    """Content of /.well-known/tdmrep.json, where it has one."""
    traps: tuple[Trap, ...] = ()

    @property
    def listing_path(self) -> str:
        """Where its feed, or the index of its sitemaps, lies."""
        return {"rss": "/feed", "atom": "/releases.atom", "news_sitemap": "/sitemap-index.xml"}[self.listing]

    def local(self, moment: datetime) -> datetime:
        """`moment` on the outlet's own clock."""
        return moment.astimezone(timezone(self.utc_offset))


@cache
def read_outlets() -> tuple[Outlet, ...]:
    """All outlets, in the order of their ports."""
    files = sorted(OUTLETS.glob("*.yaml"))
    return tuple(
        sorted((Outlet(name=f.stem, **parse_yaml(f.read_bytes())) for f in files), key=lambda outlet: outlet.place)
    )
