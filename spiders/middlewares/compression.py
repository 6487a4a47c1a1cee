"""Undoes content encodings, within a limit of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

from broadtape.archive.warc.http import content_codings, reads_as_text
from spiders.policy.refused import Refused

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

__all__ = ["BoundedCompressionMiddleware"]

_MOST_LAYERS = 3
UNDECODABLE = "undecodable body"


class BoundedCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's, but what a body unfolds to is bounded apart from what comes over the wire, and a header that is wrong
    about a body is passed over: `utf-8` is no coding, and a page may be labelled as packed and is not."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._max_size = crawler.settings.getint("DECOMPRESSED_MAXSIZE")

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The decoded response; raises Refused for a bomb."""
        if not response.body:
            return response  # a 304 tells the encoding of what it does not send
        named = b",".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")
        codings = content_codings(named)
        if len(codings) > _MOST_LAYERS:
            raise Refused("too many content encodings", failed=True)
        if not codings:
            return _plain(response)
        response.headers["Content-Encoding"] = ", ".join(codings)
        try:
            return super().process_response(request, response)
        except IgnoreRequest:
            raise Refused("too large unpacked", failed=True) from None
        except Exception as error:
            if reads_as_text(response.body) and not _may_be_trouble(request):
                return _plain(response)
            raise Refused(UNDECODABLE, failed=True) from error


def _may_be_trouble(request: Request) -> bool:
    """Whether a page with an untrue label is to be asked for again; one that always has it is taken as it is."""
    story = request.meta.get("story")
    row = story.row if story else None
    return story is not None and not (row and (row.reason or "").startswith(UNDECODABLE))


def _plain(response: Response) -> Response:
    response.headers.pop("Content-Encoding", None)
    return response
