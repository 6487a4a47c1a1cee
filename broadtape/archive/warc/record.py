"""One WARC record as one gzip member."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from fastwarc import GzipWriter, WarcRecord, WarcRecordType

from broadtape.archive.warc.notes import NOTE_TYPE, note_block
from broadtape.capture import Note
from broadtape.times import iso

__all__ = ["fields_member", "http_member", "member", "note_member"]

_UNSAFE_URI = re.compile(r"[\x00-\x20\x7f<>]")
_UNSAFE_LINE = re.compile(rb"[\r\n\x00]+")
_LEVEL, _LEVEL_ENCODED = 6, 1
"""gzip levels: what came compressed does not shrink again, so little is tried on it."""


def http_member(
    kind: str,
    url: str,
    date: datetime,
    http: tuple[int, str, Sequence[tuple[bytes, bytes]], bytes],
    fields: Mapping[str, str],
) -> tuple[str, bytes]:
    """A `response` or `revisit` record of (status, reason, headers, body): its id and its gzip member."""
    status, reason, headers, body = http
    head = _http_head(status, reason, headers, len(body) if kind == "response" else None)
    digest = {"WARC-Payload-Digest": f"sha256:{hashlib.sha256(body).hexdigest()}"} if kind == "response" else {}
    encoded = any(key.lower() == b"content-encoding" for key, _ in headers)
    return member(
        kind,
        head + body,
        date,
        {
            "WARC-Target-URI": _uri(url),
            "Content-Type": "application/http; msgtype=response",
            **digest,
            **fields,
        },
        level=_LEVEL_ENCODED if encoded else _LEVEL,
    )


def note_member(note: Note, date: datetime, *, refers_to: str | None = None) -> bytes:
    """A `metadata` record that holds a note."""
    fields = {"Content-Type": NOTE_TYPE}
    if refers_to:
        fields["WARC-Refers-To"] = refers_to
    return member("metadata", note_block(note), date, fields)[1]


def fields_member(info: Mapping[str, str], filename: str, date: datetime) -> bytes:
    """A `warcinfo` record: who wrote this file, with what."""
    lines = {"format": "WARC File Format 1.1", **info}
    block = "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in lines.items()).encode()
    return member("warcinfo", block, date, {"Content-Type": "application/warc-fields", "WARC-Filename": filename})[1]


def member(
    kind: str, block: bytes, date: datetime, fields: Mapping[str, str], *, level: int = _LEVEL
) -> tuple[str, bytes]:
    """Any record: its id and its gzip member, with the block's digest."""
    record = WarcRecord()
    record.init_headers(getattr(WarcRecordType, kind))
    record.headers["WARC-Date"] = iso(date)
    for name, value in fields.items():
        record.headers[name] = value
    record.headers["WARC-Block-Digest"] = f"sha256:{hashlib.sha256(block).hexdigest()}"
    record.set_bytes_content(block)
    out = io.BytesIO()
    gzip = GzipWriter(out, compression_level=level)
    record.write(gzip)
    gzip.finish()
    return record.record_id or "", out.getvalue()


def _http_head(status: int, reason: str, headers: Sequence[tuple[bytes, bytes]], length: int | None) -> bytes:
    """Status line and headers; one that no longer holds of the stored body stays under the crawlers' usual name."""
    lines = [b"HTTP/1.1 %d %s" % (status, _line(reason.encode("latin-1", "replace")))]
    for key, value in headers:
        name, text = _line(key).replace(b":", b""), _line(value)
        lowered = name.lower()
        if lowered == b"transfer-encoding" or (
            lowered == b"content-length" and length is not None and text != b"%d" % length
        ):
            name = b"X-Crawler-" + name
        elif lowered == b"content-length" and length is not None:
            continue
        lines.append(name + b": " + text)
    if length is not None:
        lines.append(b"Content-Length: %d" % length)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _line(value: bytes) -> bytes:
    return _UNSAFE_LINE.sub(b" ", value).strip()


def _uri(url: str) -> str:
    return _UNSAFE_URI.sub(lambda match: f"%{ord(match[0]):02X}", url)
