"""Undoes content encodings, within a limit of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

from spiders.policy.refused import Refused

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

__all__ = ["BoundedCompressionMiddleware"]

_MOST_LAYERS = 3


class BoundedCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's, but what a body unfolds to is bounded apart from what comes over the wire."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._max_size = crawler.settings.getint("DECOMPRESSED_MAXSIZE")

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The decoded response; raises Refused for a bomb."""
        if not response.body:
            return response  # a 304 tells the encoding of what it does not send
        layers = b",".join(response.headers.getlist(b"Content-Encoding")).count(b",") + 1
        if layers > _MOST_LAYERS:
            raise Refused("too many content encodings", failed=True)
        try:
            return super().process_response(request, response)
        except IgnoreRequest:
            raise Refused("too large unpacked", failed=True) from None
        except Exception as error:
            raise Refused("undecodable body", failed=True) from error
