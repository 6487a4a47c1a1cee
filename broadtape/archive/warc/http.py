"""An HTTP response as a WARC record holds it, and its body decoded within a limit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from broadtape.archive.warc.codings import GZIP, content_codings, reads_as_text, unpacked
from broadtape.errors import UndecodableBody

__all__ = ["DECODED_LIMIT", "Http", "parse_http"]

DECODED_LIMIT = 40 * 2**20
"""Bytes a body may decode to unless the caller says otherwise."""
_HEADER_LIMIT = 2**20
_STATUS_LINE = re.compile(
    rb"(?:\xef\xbb\xbf)?[\r\n]{0,8}HTTP(?:/\d(?:\.\d)?)?[ \t]{1,8}(\d{3})(?:[ \t]([^\r\n]*))?\r?\n?", re.IGNORECASE
)
_INTERIM = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]{1,8}(?:1\d\d\b|200 connection established)", re.IGNORECASE)
"""What servers and proxies send before the response proper; some crawlers record it along with that."""
_MOST_INTERIM = 8
_LONGEST_NUMBER = 16
_CHUNK_SIZE_CUT = re.compile(rb"[0-9A-Fa-f]{0,16}[ \t]{0,16}\r?")
_SECTION_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]{0,16}(?:;[^\r\n]*)?\r?\n")


@dataclass(frozen=True)
class Http:
    """One response. `body` is the payload as received: transfer encoding removed, content encoding kept."""

    status: int
    reason: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = field(repr=False)
    short: bool = False
    """Whether its own framing says that more was to come: its length, or the size of its last chunk."""

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
    end = _section_end(block, status.end())
    for _ in range(_MOST_INTERIM):
        after = _STATUS_LINE.match(block, end.end()) if end and _INTERIM.match(block, status.start()) else None
        if after is None:
            break
        status, end = after, _section_end(block, after.end())
    head, body = (block[status.end() : end.start()], block[end.end() :]) if end else (block[status.end() :], b"")
    headers = tuple(_headers(head[:_HEADER_LIMIT]))
    body, short = _framed(body, {key.lower(): value for key, value in headers})
    return Http(int(status[1]), (status[2] or b"").decode("latin-1").strip(), headers, body, short)


def _section_end(block: bytes, begin: int) -> re.Match[bytes] | None:
    return _SECTION_END.search(block, max(begin - 2, 0), begin + _HEADER_LIMIT)


def _framed(body: bytes, told: Mapping[bytes, bytes]) -> tuple[bytes, bool]:
    """The body without its chunk lines, and whether more was to come.

    Many crawlers undo chunks and keep the header; a few do it the other way round.
    """
    length = told.get(b"content-length", b"")
    if b"chunked" in told.get(b"transfer-encoding", b"").lower():
        return _unchunk(body)
    if not length and body[:1].isalnum():
        whole, short = _unchunk(body)
        return (body, False) if short else (whole, False)
    return body, length.isdigit() and len(length) < _LONGEST_NUMBER and int(length) > len(body)


def _headers(head: bytes) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    for line in head.splitlines():
        if line[:1] in b" \t" and found and line:
            found[-1] = (found[-1][0], found[-1][1] + b" " + line.strip())
        elif b":" in line:
            key, _, value = line.partition(b":")
            found.append((key.strip(), value.strip()))
    return found


def _unchunk(body: bytes) -> tuple[bytes, bool]:
    """The body without its chunk lines, and whether it ends within one; as it is where it has none."""
    parts: list[bytes] = []
    at = 0
    while match := _CHUNK_SIZE.match(body, at):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts), False
        parts.append(body[match.end() : match.end() + size])
        at = match.end() + size
        at = min(at + (2 if body[at : at + 2] == b"\r\n" else 1), len(body))
    return (b"".join(parts), True) if parts and _CHUNK_SIZE_CUT.fullmatch(body, at) else (body, False)
