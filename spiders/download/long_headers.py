"""Response headers as long as browsers take them: Twisted gives up on a line of 16 kB.

Content-Security-Policy and Link headers of 20 kB and more are common at large publishers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import Request as TwistedRequest

__all__ = ["MOST_BYTES", "HeadersTooLong", "LongHeadersFactory"]

MOST_BYTES = 256 * 2**10
"""What Chromium reads of a response's headers, all of them together."""


class HeadersTooLong(Exception):
    """A response's headers are longer than anybody reads them."""


class _Parser(_LenientHTTPClientParser):
    MAX_LENGTH = MOST_BYTES
    _received = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """One line of the header section; raises HeadersTooLong."""
        self._received += len(line) + 2
        if self._received > MOST_BYTES:
            raise HeadersTooLong
        super().lineReceived(line)

    def lineLengthExceeded(self, _line: bytes) -> None:  # noqa: N802 - Twisted's name
        """A line without an end; raises HeadersTooLong."""
        raise HeadersTooLong


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TwistedRequest) -> Any:
        """As Scrapy's, which gives its parser another class in the same way: Twisted makes it by a fixed name."""
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _Parser
        return answer


class LongHeadersFactory(_LenientHTTP11ClientFactory):
    """Makes the protocol of each connection; for an agent's pool."""

    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802, ARG002 - Twisted's names
        """The protocol of a new connection."""
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
