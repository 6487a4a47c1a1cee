"""Content encodings undone within a limit, by what the bytes are where their label is not true."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from broadtape.errors import UndecodableBody

__all__ = ["GZIP", "content_codings", "reads_as_text", "unpacked"]

GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_FIRST_IN_TEXT = ord("\t")
_CODINGS = frozenset(["gzip", "x-gzip", "deflate", "br", "zstd"])
_FIRST_STEP, _STEP = 512, 2**20
"""Packed bytes that are given at once: what a member leaves of them is copied, and there may be thousands of these."""
_TRAILER = 8
"""Bytes behind a gzip member's data: check sum and length."""
_GZIP_HEAD, _ZLIB_HEAD = 10, 2
_EXTRA, _NAME, _COMMENT, _HEAD_CHECK = 4, 8, 16, 2


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


def unpacked(data: bytes, codings: Sequence[str], limit: int) -> tuple[bytes, bool]:
    """`data` without the codings that are said to be around it, and whether they all were.

    A label that is left behind, or says another coding than it is, is passed over; gzip that no label tells of is
    undone. Raises UndecodableBody for what is broken, or unpacks to more than `limit` bytes.
    """
    true = True
    for name in reversed(codings):
        try:
            data = _undone(data, name, limit)
        except UndecodableBody as error:
            # A crawler that decoded the body may have left the header behind, or the server was wrong about it.
            if error.reason != "broken encoding" or not _is_plain(data, name):
                raise
            true = False
    if data.startswith(GZIP) and len(data) > _GZIP_HEAD:
        data, true = _undone(data, "gzip", limit), False
    return data, true


def _is_plain(data: bytes, name: str) -> bool:
    """Whether bytes are not packed at all; for gzip, whose every stream begins alike, any text proves it."""
    return reads_as_text(data) or (name.endswith("gzip") and min(data[:256], default=0) >= _FIRST_IN_TEXT)


def _undone(data: bytes, name: str, limit: int) -> bytes:
    try:
        return _decode(data, name, limit)
    except UndecodableBody as error:
        other = _shown(data)
        if error.reason != "broken encoding" or other is None or name.endswith(other):
            raise
        return _decode(data, other, limit)


def _shown(data: bytes) -> str | None:
    """The coding that bytes begin as; Brotli's show nothing."""
    if data.startswith(GZIP):
        return "gzip"
    if data.startswith(_ZSTD):
        return "zstd"
    return "deflate" if _begins_zlib(data) else None


def _begins_zlib(data: bytes) -> bool:
    return len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0


def _decode(data: bytes, encoding: str, limit: int) -> bytes:
    if not data:
        return data
    match encoding:
        case "gzip" | "x-gzip":
            return _inflated(data, 31, limit)
        case "deflate":
            return _inflated(data, 15 if _begins_zlib(data) else -15, limit)
        case "br" | "zstd":
            return _by_arrow(data, {"br": "brotli"}.get(encoding, encoding), limit)
    raise UndecodableBody("unknown encoding", f"the content encoding {encoding[:40]!r} is unknown.")


def _inflated(data: bytes, wbits: int, limit: int) -> bytes:
    """Of a stream that is whole but for its check sum, what browsers take, too."""
    try:
        return _members(data, wbits, limit)[0]
    except UndecodableBody as error:
        begin = _head_length(data, wbits)
        if error.reason != "broken encoding" or not begin:
            raise
        found, end = _members(data[begin:], -15, limit)
        if len(data) - begin - end > _TRAILER:
            raise
        return found


def _head_length(data: bytes, wbits: int) -> int:
    """Bytes before the packed data; 0 where nothing is."""
    if wbits < 0 or not data.startswith(GZIP):
        return _ZLIB_HEAD if wbits == 15 else 0
    at, flags = _GZIP_HEAD, data[3] if len(data) > _GZIP_HEAD else 0
    if flags & _EXTRA:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            at = data.find(b"\0", at) + 1 or len(data)
    return at + 2 * bool(flags & _HEAD_CHECK)


def _members(data: bytes, wbits: int, limit: int) -> tuple[bytes, int]:
    """The bytes of one gzip member after the other, or of one stream, and where they end."""
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
        if wbits < 0 or not data.startswith(GZIP, at):
            break
    return b"".join(parts), at


def _by_arrow(data: bytes, codec: str, limit: int) -> bytes:
    import pyarrow as pa  # loaded when a body needs it: most come in gzip

    try:
        with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
            decoded: bytes = stream.read(limit + 1)
    except (OSError, pa.ArrowInvalid) as error:
        raise UndecodableBody("broken encoding", f"the compressed body is damaged: {error}.") from None
    if len(decoded) > limit:
        raise UndecodableBody("too large", f"the body decodes to more than {limit:,} bytes.")
    return decoded
