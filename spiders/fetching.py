"""What the parts of an outlet's crawl need of the spider that drives them, so that none of them needs the spider."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Protocol, cast

from spiders.crawl_context import CrawlContext

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

__all__ = ["Driven", "Fetch", "Policed", "Role", "driven"]

Role = Literal["story", "listing", "host file"]


class Fetch(Protocol):
    """Gets one page for the crawl's own use."""

    async def __call__(self, url: str, *, role: Role, headers: Mapping[str, str] | None = None) -> Response:
        """The response, whatever its status. Raises Refused, and Ending once the outlet is to end."""


class Policed(Protocol):
    """What may be fetched of an outlet."""

    def require_own(self, url: str) -> None:
        """Raises Refused unless `url` lies on one of the outlet's hosts."""

    def require_host_file(self, url: str, *, asked: str) -> None:
        """Raises Refused unless a host's file may be fetched at `url`, where a redirect from `asked` may have led."""

    async def require(self, url: str, *, story: bool = False) -> None:
        """Raises Refused unless `url` may be fetched; as a story, if it is one."""


class Driven(Protocol):
    """An outlet's crawl, as download handlers and middlewares see it: Scrapy makes them and gives them its crawler."""

    run: CrawlContext
    ending: asyncio.Event

    @property
    def policy(self) -> Policed:
        """What may be fetched."""


def driven(crawler: Crawler) -> Driven:
    """The outlet's crawl that this crawler drives; Scrapy knows no more of it than that it is a spider."""
    assert crawler.spider is not None
    return cast(Driven, crawler.spider)
