"""Response headers as browsers take them: long, and a little wrong.

Twisted gives up on a line of 16 kB, on a blank before a colon, on a length that is none and on every transfer encoding
but one.

Content-Security-Policy and Link headers of 20 kB and more are common at large publishers.
"""

from __future__ import annotations

import re
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


_LENGTHS = re.compile(rb"\d{1,16}(?:[ \t]{0,8},[ \t]{0,8}\d{1,16}){0,8}")


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

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's name
        """One header. Of several transfer encodings chunks are undone here; gzip within them shows itself later."""
        name = name.rstrip(b" \t")
        match name.lower():
            case b"content-length" if not _LENGTHS.fullmatch(value):
                return  # the body ends with the connection
            case b"transfer-encoding":
                value = b"chunked" if b"chunked" in value.lower() else b""
                if not value:
                    return
        if name:
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]

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
