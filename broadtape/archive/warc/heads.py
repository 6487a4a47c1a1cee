"""The head of a record, as WARC and ARC write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from broadtape.archive.warc.decoded import Decoded

__all__ = ["Head", "begins_head", "read_head"]

_LIMIT = 2**20
"""Bytes of a head; real ones have some hundred."""
_FIRST_LOOK = 2048
_END = re.compile(rb"\r?\n\r?\n|\n(?P<next>WARC/\d)")
"""The empty line, or, where there is none, the beginning of another head: no field is called `WARC/1`."""
_LINE = re.compile(rb"\r?\n")
_WARC = re.compile(rb"WARC/\d")
_ARC = re.compile(rb"(\S{1,8192}) (\S{1,64}) (\d{12,14}) (\S{1,256})(?: [^\r\n]{1,1024})? (\d{1,15})\r?\n")
"""ARC's one line: address, IP address, time, type and, last, length."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a record's block; `fields` by their names in lower case, the first of each."""

    type: str
    url: str | None
    length: int | None
    """Of the block, in bytes; None where the head gives none that is a number."""
    fields: Mapping[str, str] = field(repr=False)


def begins_head(data: bytes) -> bool:
    """Whether the head of a record, WARC's or ARC's, begins here."""
    return bool(_WARC.match(data) or _ARC.match(data))


def read_head(source: Decoded) -> Head | None:
    """Takes the head that begins here; None, and nothing taken, where none does."""
    size = _FIRST_LOOK
    while True:
        seen = source.peek(size)
        if not _WARC.match(seen):
            match = _ARC.match(seen)
            return _taken(source, match.end(), _arc(match)) if match else None
        end = _END.search(seen)
        if end and end["next"]:
            return None
        if end:
            return _taken(source, end.end(), _warc(seen[: end.start()]))
        if len(seen) < size or size >= _LIMIT:
            source.peek(size, sound=True)
            return None
        size *= 8


def _taken(source: Decoded, length: int, head: Head) -> Head:
    source.skip(length)
    source.url = head.url
    return head


def _warc(data: bytes) -> Head:
    fields: dict[str, str] = {}
    name = ""
    for line in _LINE.split(data)[1:]:
        if line[:1] in (b" ", b"\t") and name:
            fields[name] += " " + line.strip().decode("utf-8", "replace")
            continue
        key, colon, value = line.partition(b":")
        if colon:
            name = key.strip().lower().decode("latin-1")
            fields.setdefault(name, value.strip().decode("utf-8", "replace"))
    url = fields.get("warc-target-uri", "").strip('<>" ')  # WARC/1.0 writers such as wget put it in brackets
    length = fields.get("content-length", "")
    return Head(
        type=fields.get("warc-type", "unknown").lower(),
        url=url or None,
        length=int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None,
        fields=fields,
    )


def _arc(match: re.Match[bytes]) -> Head:
    """ARC has no types: what has a web address is a response."""
    url = match[1].decode("utf-8", "replace")
    d = match[3].decode().ljust(14, "0")
    fields = {
        "warc-date": f"{d[:4]}-{d[4:6]}-{d[6:8]}T{d[8:10]}:{d[10:12]}:{d[12:14]}Z",
        "content-type": "application/http; msgtype=response",
    }
    kind = "response" if url.lower().startswith(("http:", "https:")) else "warcinfo"
    return Head(kind, url, int(match[5]), fields)
