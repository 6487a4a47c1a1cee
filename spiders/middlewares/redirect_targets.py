"""Redirects that lead to no page: `javascript:`, `data:`, an address that no parser reads."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

__all__ = ["NoWebAddress", "RedirectTargetsMiddleware"]

_REDIRECTS = {301, 302, 303, 307, 308}


class NoWebAddress(IgnoreRequest):
    """A server redirects to what is no address on the web."""


class RedirectTargetsMiddleware:
    """Downloader middleware, below the one that follows redirects, which takes every `Location` for an address."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises NoWebAddress instead of what a parser would."""
        told = response.headers.get(b"Location") if response.status in _REDIRECTS else None
        if told is not None and not _is_web_address(request.url, told.decode("latin-1").strip()):
            raise NoWebAddress("a redirect to no web address")
        return response


def _is_web_address(base: str, location: str) -> bool:
    try:
        parts = urlsplit(urljoin(base, location))
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
