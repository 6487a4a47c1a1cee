"""Asks the outlet's policy about every request, redirects and feeds included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from spiders.fetching import Policed, driven

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

__all__ = ["FetchPolicyMiddleware"]


class FetchPolicyMiddleware:
    """Downloader middleware, outermost: nothing goes out that the policy refuses.

    A request's `role` in its meta is `story`, `listing`, or `host file` for robots.txt and tdmrep.json themselves,
    of which only the address is checked: they may be redirected to another host (RFC 9309, 2.3.1.2).
    """

    def __init__(self, policy: Policed) -> None:
        self._policy = policy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(driven(crawler).policy)

    async def process_request(self, request: Request) -> None:
        """Raises Refused for what may not be fetched."""
        if request.meta["role"] == "host file":
            asked = (request.meta.get("redirect_urls") or [request.url])[0]
            self._policy.require_host_file(request.url, asked=asked)
        else:
            await self._policy.require(request.url, story=request.meta["role"] == "story")
