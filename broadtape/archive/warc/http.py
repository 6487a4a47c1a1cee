"""An HTTP response as a WARC record holds it, and its body decoded within a limit."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property

from broadtape.errors import UndecodableBody

__all__ = ["DECODED_LIMIT", "Http", "content_codings", "parse_http", "reads_as_text"]

DECODED_LIMIT = 40 * 2**20
"""Bytes a body may decode to unless the caller says otherwise."""
_HEADER_LIMIT = 2**20
_FIRST_IN_TEXT = ord("\t")
_CODINGS = frozenset(["gzip", "x-gzip", "deflate", "br", "zstd"])
_STATUS_LINE = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]{0,8}HTTP/\d(?:\.\d)? (\d{3})(?: ([^\r\n]*))?\r?\n?")
_SECTION_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")

_FIRST_STEP, _STEP = 512, 2**20
"""Packed bytes that are given at once: what a member leaves of them is copied, and there may be thousands of these."""


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
        codings = content_codings(self.header("Content-Encoding"))
        undone = codings[-1:] in (["gzip"], ["x-gzip"]) and not self.body.startswith(b"\x1f\x8b")
        return bool(codings) and not undone and not reads_as_text(self.body)

    def content(self, limit: int = DECODED_LIMIT) -> bytes:
        """`body` without its content encodings, as it is where none of it is true; raises UndecodableBody if one is
        broken, or past `limit`."""
        data = self.body
        for name in reversed(content_codings(self.header("Content-Encoding"))):
            try:
                data = _decode(data, name, limit)
            except UndecodableBody as error:
                # A crawler that decoded the body may have left the header behind, or the server was wrong about it.
                if error.reason != "broken encoding" or not reads_as_text(data):
                    raise
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


def content_codings(header: str | None) -> list[str]:
    """The codings that a header Content-Encoding names, in order; what is none, such as `utf-8`, is passed over."""
    named = (part.partition(";")[0].strip().lower() for part in (header or "").split(","))
    return [name for name in named if name in _CODINGS]


def reads_as_text(data: bytes) -> bool:
    """Whether bytes that are said to be packed begin as markup or JSON does, which no packed ones do."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16
        return True
    start = data[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] in (b"<", b"{", b"[") and min(start) >= _FIRST_IN_TEXT


def _decode(data: bytes, encoding: str, limit: int) -> bytes:
    match encoding:
        case "gzip" | "x-gzip":
            # A crawler that decoded the body may have left the header behind; the magic number tells.
            return _inflate(data, 31, limit) if data.startswith(b"\x1f\x8b") else data
        case "deflate":
            zlib_wrapped = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            return _inflate(data, 15 if zlib_wrapped else -15, limit)
        case "br" | "zstd":
            return _inflate_arrow(data, {"br": "brotli"}.get(encoding, encoding), limit)
    raise UndecodableBody("unknown encoding", f"the content encoding {encoding[:40]!r} is unknown.")


def _inflate(data: bytes, wbits: int, limit: int) -> bytes:
    """The bytes of one gzip member after the other, or of one stream."""
    parts: list[bytes] = []
    total = at = 0
    while at < len(data):
        decoder, step = zlib.decompressobj(wbits), _FIRST_STEP
        while not decoder.eof:
            piece = data[at : at + step]
            if not piece:
                raise UndecodableBody("broken encoding", "the compressed body ends before its end mark.")
            try:
                parts.append(decoder.decompress(piece, limit - total + 1))
            except zlib.error as error:
                raise UndecodableBody("broken encoding", f"the compressed body is damaged: {error}.") from None
            total += len(parts[-1])
            if total > limit:
                raise UndecodableBody("too large", f"the body decodes to more than {limit:,} bytes.")
            at += len(piece) - len(decoder.unconsumed_tail) - len(decoder.unused_data)
            step = min(2 * step, _STEP)
        # Only another gzip member continues a stream; anything else behind it is padding that browsers ignore.
        if not data.startswith(b"\x1f\x8b", at):
            break
    return b"".join(parts)


def _inflate_arrow(data: bytes, codec: str, limit: int) -> bytes:
    import pyarrow as pa  # loaded when a body needs it: the crawl itself never decodes

    if not data:
        return data
    try:
        with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
            decoded: bytes = stream.read(limit + 1)
    except (OSError, pa.ArrowInvalid) as error:
        raise UndecodableBody("broken encoding", f"the compressed body is damaged: {error}.") from None
    if len(decoded) > limit:
        raise UndecodableBody("too large", f"the body decodes to more than {limit:,} bytes.")
    return decoded
