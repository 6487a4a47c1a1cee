"""Undoes content encodings, within a limit of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.http import TextResponse
from scrapy.responsetypes import responsetypes

from broadtape.archive.warc.codings import GZIP, content_codings, unpacked
from broadtape.errors import UndecodableBody
from spiders.policy.refused import Refused

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

__all__ = ["BoundedCompressionMiddleware"]

_MOST_LAYERS = 3
UNDECODABLE = "undecodable body"


class BoundedCompressionMiddleware:
    """Downloader middleware: decodes as cleaning does when it reads the same out of WARC.

    What a body unfolds to is bounded apart from what comes over the wire, and a header that is wrong about a body is
    passed over: `utf-8` is no coding, and a page may be labelled as packed and is not.
    """

    def __init__(self, most: int) -> None:
        self._most = most

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler.settings.getint("DECOMPRESSED_MAXSIZE"))

    def process_response(self, request: Request, response: Response) -> Response:
        """The decoded response; raises Refused for a bomb."""
        if not response.body:
            return response  # a 304 tells the encoding of what it does not send
        named = b",".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")
        response.headers.pop("Content-Encoding", None)
        codings = content_codings(named)
        if len(codings) > _MOST_LAYERS:
            raise Refused("too many content encodings", failed=True)
        listing = request.meta.get("role") == "listing"
        if listing and not codings:
            return response  # a file that is packed itself, and is read as far as it goes
        try:
            body, true = unpacked(response.body, codings, self._most)
        except UndecodableBody as error:
            if error.reason == "too large":
                raise Refused("too large unpacked", failed=True) from None
            if listing and response.body.startswith(GZIP):
                return response
            raise Refused(UNDECODABLE, failed=True) from error
        if body is response.body:
            if not true and _may_be_trouble(request):
                raise Refused(UNDECODABLE, failed=True)
            return response
        return _with_body(response, body)


def _may_be_trouble(request: Request) -> bool:
    """Whether a page with an untrue label is to be asked for again; one that always has it is taken as it is."""
    story = request.meta.get("story")
    row = story.row if story else None
    return story is not None and not (row and (row.reason or "").startswith(UNDECODABLE))


def _with_body(response: Response, body: bytes) -> Response:
    kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
    # A text's charset was told by its packed bytes.
    more: dict[str, Any] = {"encoding": None} if issubclass(kind, TextResponse) else {}
    return response.replace(cls=kind, body=body, **more)
