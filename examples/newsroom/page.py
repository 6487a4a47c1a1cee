"""A response of fixed bytes: validators that hold across restarts, and its encoded forms."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from hashlib import sha256

import brotli

__all__ = ["Page", "pick_encoding"]

_WORTH_ENCODING = 256


@dataclass(frozen=True)
class Page:
    """One response. `modified` is the Last-Modified time; `headers` are sent besides those the server works out."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    modified: datetime | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())

    @cached_property
    def etag(self) -> str:
        """A weak validator made of the content, so that it is the same after a restart and in every encoding."""
        return f'W/"{sha256(self.body).hexdigest()[:24]}"'

    @cached_property
    def gzipped(self) -> bytes:
        """The body in gzip, the same bytes every time."""
        return gzip.compress(self.body, compresslevel=6, mtime=0)

    @cached_property
    def brotlied(self) -> bytes:
        """The body in brotli."""
        return bytes(brotli.compress(self.body, quality=5))

    @property
    def compressible(self) -> bool:
        """Whether encoding it for the way is worth the while; what is an archive file already is sent as it is."""
        return len(self.body) >= _WORTH_ENCODING and "gzip" not in self.content_type and "pdf" not in self.content_type

    def encoded(self, encoding: str) -> bytes:
        """The body in `gzip`, `br` or `identity`."""
        return {"gzip": lambda: self.gzipped, "br": lambda: self.brotlied}.get(encoding, lambda: self.body)()

    @property
    def last_modified(self) -> str | None:
        """`modified` as an HTTP date."""
        return format_datetime(self.modified.astimezone(UTC), usegmt=True) if self.modified else None

    def unchanged_for(self, headers: dict[str, str]) -> bool:
        """Whether a conditional request (headers by lower-case name) is answered 304; a given ETag alone decides."""
        if "if-none-match" in headers:
            tags = [tag.strip() for tag in headers["if-none-match"].split(",")]
            return "*" in tags or self.etag.removeprefix("W/") in [tag.removeprefix("W/") for tag in tags]
        if "if-modified-since" in headers and self.modified:
            try:
                return self.modified.replace(microsecond=0) <= parsedate_to_datetime(headers["if-modified-since"])
            except (TypeError, ValueError):
                return False
        return False


def pick_encoding(accepted: str) -> str:
    """The encoding to answer an Accept-Encoding header with: `br`, `gzip` or `identity`; q=0 refuses one."""
    offered = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";q=")
        offered[name.strip()] = weight.strip() not in {"0", "0.0", "0.00", "0.000"}
    return next((name for name in ("br", "gzip") if offered.get(name)), "identity")
