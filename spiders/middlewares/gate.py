"""Asks the outlet's gate about every request, redirects and feeds included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from spiders.outlet import OutletSpider

__all__ = ["GateMiddleware"]


class GateMiddleware:
    """Downloader middleware, outermost: nothing goes out that the gate refuses.

    A request's `role` in its meta is `story`, `listing`, or `host file` for robots.txt and tdmrep.json themselves,
    of which only the address is checked.
    """

    def __init__(self, spider: OutletSpider) -> None:
        self._gate = spider.gate

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        from spiders.outlet import OutletSpider  # which imports the settings that name this class

        assert isinstance(crawler.spider, OutletSpider)
        return cls(crawler.spider)

    async def process_request(self, request: Request) -> None:
        """Raises Refused for what may not be fetched."""
        if request.meta["role"] == "host file":
            self._gate.require_own(request.url)
        else:
            await self._gate.require(request.url, story=request.meta["role"] == "story")
