"""An HTTP response as a WARC record holds it, and its body decoded within a limit."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property

from broadtape.archive.warc.codings import GZIP, content_codings, reads_as_text, unpacked
from broadtape.errors import UndecodableBody

__all__ = ["DECODED_LIMIT", "Http", "parse_http"]

DECODED_LIMIT = 40 * 2**20
"""Bytes a body may decode to unless the caller says otherwise."""
_HEADER_LIMIT = 2**20
_STATUS_LINE = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]{0,8}HTTP/\d(?:\.\d)? (\d{3})(?: ([^\r\n]*))?\r?\n?")
_SECTION_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


@dataclass(frozen=True)
class Http:
    """One response. `body` is the payload as received: transfer encoding removed, content encoding kept."""

    status: int
    reason: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """The first header of this name (any case), decoded as Latin-1; None where there is none."""
        wanted = name.lower().encode("latin-1")
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), None)

    @property
    def content_type(self) -> str | None:
        """The header `Content-Type`, parameters included."""
        return self.header("Content-Type")

    @cached_property
    def payload_sha256(self) -> str:
        """Hex digest of `body`."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def encoded(self) -> bool:
        """Whether the body still has a content encoding: many crawlers undo it and leave the header behind."""
        undone = self.codings[-1:] in (["gzip"], ["x-gzip"]) and not self.body.startswith(GZIP)
        return bool(self.codings) and not undone and not reads_as_text(self.body)

    @property
    def codings(self) -> list[str]:
        """The content encodings that its headers name, in the order in which they were applied."""
        named = (value.decode("latin-1") for key, value in self.headers if key.lower() == b"content-encoding")
        return content_codings(",".join(named))

    def content(self, limit: int = DECODED_LIMIT) -> bytes:
        """`body` without its content encodings, as it is where none of it is true; raises UndecodableBody if one is
        broken, or past `limit`."""
        data, _ = unpacked(self.body, self.codings, limit)
        if len(data) > limit:
            raise UndecodableBody("too large", f"the body has {len(data):,} bytes; at most {limit:,} are read.")
        return data


def parse_http(block: bytes) -> Http | None:
    """The response in a record's block; None if it does not start with an HTTP status line."""
    status = _STATUS_LINE.match(block)
    if not status:
        return None
    end = _SECTION_END.search(block, max(status.end() - 2, 0), _HEADER_LIMIT)
    head, body = (block[status.end() : end.start()], block[end.end() :]) if end else (block[status.end() :], b"")
    headers = tuple(_headers(head[:_HEADER_LIMIT]))
    if any(key.lower() == b"transfer-encoding" and b"chunked" in value.lower() for key, value in headers):
        body = _unchunk(body)
    return Http(int(status[1]), (status[2] or b"").decode("latin-1").strip(), headers, body)


def _headers(head: bytes) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    for line in head.splitlines():
        if line[:1] in b" \t" and found and line:
            found[-1] = (found[-1][0], found[-1][1] + b" " + line.strip())
        elif b":" in line:
            key, _, value = line.partition(b":")
            found.append((key.strip(), value.strip()))
    return found


def _unchunk(body: bytes) -> bytes:
    """The body without its chunk lines; as it is where it has none: many crawlers undo chunks and keep the header."""
    parts: list[bytes] = []
    at = 0
    while match := _CHUNK_SIZE.match(body, at):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[match.end() : match.end() + size])
        at = match.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return b"".join(parts) if parts and at >= len(body) else body
