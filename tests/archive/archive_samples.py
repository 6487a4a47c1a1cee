"""Invented records for the tests of the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from broadtape.archive.warc import Record, SegmentWriter, read_segment
from broadtape.article import Article, RemovedLine, Ticker
from broadtape.capture import Capture, Note
from broadtape.urls import article_id, url_id

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


def fetched(path: Path) -> list[Record]:
    """The responses in a segment."""
    return [record for record in read_segment(path) if record.type == "response"]


def article(number: int, **values: Any) -> Article:
    """An invented story; the same number is the same story."""
    text = f"Widget Corp raised its outlook for quarter {number}.\n\nShares rose."
    options: dict[str, Any] = {
        "url": f"{URL}{number}",
        "title": f"Widget outlook {number}",
        "text": text,
        "summary": "Up.",
        "authors": ("Ada Quill", "Ben Ink"),
        "published_at": DATE - timedelta(hours=1),
        "published_precision": "minute",
        "published_source": "json-ld",
        "language": "en",
        "tags": ("widgets",),
        "tickers": (Ticker("WDGT", "NASDAQ", "text"), Ticker("GDGT", None, "cashtag")),
        "word_count": 9,
        "removed": (RemovedLine("Loading...", "loading"),),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "extractor": "broadtape-0.1.0/0000",
        "site": "wire",
        "fetched_at": DATE,
        "minhash": bytes(range(16)),
        "source": "crawl",
        "warc_file": "raw/site=wire/date=2026-11-23/r1-0001.warc.gz",
        "warc_offset": 1000 * number,
        "warc_length": 500,
        **values,
    }
    return Article(article_id=article_id(options["site"], options["url"]), **options)


def capture(number: int, **values: Any) -> Capture:
    """The ledger row of `article(number)`."""
    url = f"{URL}{number}"
    options: dict[str, Any] = {
        "site": "wire",
        "run": "r1",
        "outcome": "archived",
        "url": url,
        "url_id": url_id(url),
        "article_id": article_id(values.get("site", "wire"), url),
        "status": 200,
        "published_at": DATE - timedelta(hours=1),
        "fetched_at": DATE,
        "warc_file": "raw/site=wire/date=2026-11-23/r1-0001.warc.gz",
        "warc_offset": 1000 * number,
        "warc_length": 500,
        **values,
    }
    return Capture(**options)
