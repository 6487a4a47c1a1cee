"""Pages that do nothing but send their reader on, by a refresh: followed as a redirect is, so that the story is had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware

from broadtape.text.sent_on import refresh_target

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

__all__ = ["RefreshMiddleware"]


class RefreshMiddleware(MetaRefreshMiddleware):
    """Downloader middleware in the place of Scrapy's own, which follows error pages and waits a minute and a half.

    What it asks for passes the outlet's policy as every request does. A robots.txt has no refresh (RFC 9309).
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The request for where the page sends its reader, else the page."""
        if request.meta["role"] == "host file" or not (200 <= response.status < 300):
            return response
        target = refresh_target(
            response.body,
            response.url,
            encoding=getattr(response, "encoding", None) or "utf-8",
            header=(response.headers.get(b"Refresh") or b"").decode("latin-1"),
        )
        if target is None:
            return response
        return self._redirect(self._redirect_request_using_get(request, response, target), request, "refresh")
