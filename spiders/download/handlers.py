"""Download handlers: over the network, in turn with everybody else who asks that host; or out of a recording."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from broadtape.urls import host_of
from spiders.download.failure_reasons import caused_by
from spiders.download.long_headers import HeadersTooLong, LongHeadersFactory
from spiders.fetching import driven
from spiders.policy.refused import Refused
from spiders.policy.throttle import HostThrottle, retry_after

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

__all__ = ["ReplayDownloadHandler", "ThrottledDownloadHandler"]

_NO_ANSWER = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)


class ThrottledDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own handler, entered one at a time per host; `download_timeout` bounds each download as a whole."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = LongHeadersFactory
        self._outlet = driven(crawler)

    async def download_request(self, request: Request) -> Response:
        """Waits for the host's turn, downloads, and tells the throttle how it went."""
        throttle = self._outlet.run.throttles[host_of(request.url)]
        async with throttle.turn(self._outlet.ending):
            return await self._download(throttle, request)

    async def _download(self, throttle: HostThrottle, request: Request) -> Response:
        began = time.monotonic()
        try:
            response = await super().download_request(request)
        except CannotResolveHostError:
            self._outlet.run.require_public(request.url)
            throttle.failed("no such host")
            raise
        except _NO_ANSWER as error:
            if caused_by(error, HeadersTooLong):
                raise Refused("headers too long", failed=True) from error
            throttle.failed(type(error).__name__.removeprefix("Download").removesuffix("Error").lower())
            raise
        wait = retry_after(response.headers.get(b"Retry-After"))
        latency = request.meta.get("download_latency", time.monotonic() - began)
        throttle.answered(response.status, latency, wait)
        return response


class ReplayDownloadHandler:
    """Answers from the run's recording; an address that it does not hold is refused."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        recording = driven(crawler).run.recording
        assert recording is not None
        self._recording = recording

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The recorded response, its WARC-Date in the request's meta as `recorded_at`."""
        taken = self._recording.find(request.url)
        if taken is None:
            raise Refused("not in the recording", failed=True)
        request.meta["recorded_at"] = taken.date
        headers = Headers()
        for name, value in taken.http.headers:
            headers.appendlist(name, value)
        if not taken.http.encoded:
            headers.pop(b"Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=taken.http.body)
        return kind(url=request.url, status=taken.http.status, headers=headers, body=taken.http.body)

    async def close(self) -> None:
        """The recording belongs to the run and stays open."""
