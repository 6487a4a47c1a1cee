"""Invented records for the tests of the archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from broadtape.archive.warc import SegmentWriter
from broadtape.capture import Note

DATE = datetime(2026, 11, 23, 14, 5, 6, 123456, tzinfo=UTC)
URL = "https://news.example/markets/1"
BODY = b"<html><body><p>Widget Corp raised its outlook.</p></body></html>"
HEADERS = [(b"Content-Type", b"text/html; charset=utf-8"), (b"X-Odd", b"a"), (b"x-odd", b"b")]


def note(**values: Any) -> Note:
    return Note(**{"event": "fetch", "site": "wire", "run": "r1", "url": URL, **values})


def writer(folder: Path, **values: Any) -> SegmentWriter:
    options: dict[str, Any] = {"site": "wire", "run": "r1", "info": {"software": "broadtape"}, "clock": lambda: DATE}
    return SegmentWriter(folder, **{**options, **values})


def respond(
    segment: SegmentWriter, *, url: str = URL, body: bytes = BODY, headers: Sequence[tuple[bytes, bytes]] = HEADERS
) -> None:
    segment.response(
        url=url,
        status=200,
        reason="OK",
        headers=headers,
        body=body,
        date=DATE,
        note=note(url=url),
        ip="203.0.113.9",
    )


def one_segment(folder: Path, count: int = 3) -> Path:
    closed: list[Path] = []
    segment = writer(folder, on_closed=closed.append)
    for number in range(count):
        respond(segment, url=f"{URL}{number}", body=BODY * (number + 1))
    segment.close()
    (path,) = closed
    return path
