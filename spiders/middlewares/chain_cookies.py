"""Cookies within one chain of redirects, and no longer.

Some servers send a visitor round in a circle until the cookie comes back that they set on the way. We keep no cookies:
what a chain collects goes with it, to the hosts that its own rules name, and is forgotten with the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http.cookies import CookieJar

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

__all__ = ["ChainCookiesMiddleware"]

_REDIRECTS = {301, 302, 303, 307, 308}
_JAR = "chain_cookies"


class ChainCookiesMiddleware:
    """Downloader middleware, below the one that follows redirects: its requests carry a chain's meta on."""

    def process_request(self, request: Request) -> None:
        """Adds what earlier answers of the same chain set for this address."""
        jar: CookieJar | None = request.meta.get(_JAR)
        if jar is not None:
            request.headers.pop("Cookie", None)
            jar.add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Response:
        """Takes what a redirect sets."""
        if response.status in _REDIRECTS and b"Set-Cookie" in response.headers:
            jar: CookieJar = request.meta.setdefault(_JAR, CookieJar())
            jar.extract_cookies(response, request)
        return response
