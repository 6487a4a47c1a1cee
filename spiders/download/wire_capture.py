"""What came off the wire, kept beside the response until its fate is decided.

`WireMiddleware` sits below HttpCompression, so that the bytes it sees still have their content encoding.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from broadtape.archive.warc.whole_answers import carries_page
from broadtape.times import utcnow

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

__all__ = ["Wire", "WireMiddleware", "wire_of"]


@dataclass(frozen=True)
class Wire:
    """One response as received; `date` is when it came, or its WARC-Date where a recording answers."""

    url: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    date: datetime
    ip: str | None

    @property
    def reason(self) -> str:
        """The status' usual words; Scrapy does not hand on the server's own."""
        return HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else ""

    @property
    def carries_page(self) -> bool:
        """Whether it brings all of what was asked for."""
        return carries_page(self.status, self.header(b"content-range"))

    def header(self, name: bytes) -> str | None:
        """The first header of this name (lower case)."""
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == name), None)

    @cached_property
    def payload_sha256(self) -> str:
        """Hex digest of the body as received."""
        return hashlib.sha256(self.body).hexdigest()


class WireMiddleware:
    """Downloader middleware: notes each response in its request's meta before anything decodes it."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Keeps the response as it is at this depth."""
        headers = tuple((key, value) for key, values in response.headers.items() for value in values)
        request.meta["wire"] = Wire(
            url=response.url,
            status=response.status,
            headers=headers,
            body=response.body,
            date=request.meta.pop("recorded_at", None) or utcnow(),
            ip=str(response.ip_address) if response.ip_address else None,
        )
        return response


def wire_of(response: Response) -> Wire:
    """What `WireMiddleware` noted of the response's request."""
    assert response.request is not None
    wire = response.request.meta["wire"]
    assert isinstance(wire, Wire)
    return wire
