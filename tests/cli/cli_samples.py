"""Calling the command: in this process, or as a process of its own."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from broadtape.archive import Archive
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import SegmentWriter, read_segment
from broadtape.article import Article, RemovedLine, Ticker
from broadtape.capture import Capture, Note
from broadtape.urls import article_id, url_id

REPO = Path(__file__).resolve().parents[2]

PARAGRAPHS = [
    "Widget Corp raised its outlook for the year on Monday after orders from carmakers grew faster than planned.",
    "Revenue rose 7% to 1.2 billion crowns in the third quarter, the company said, while costs stayed where they were.",
    "Shares of the maker of fasteners gained in early trading; two of the three brokers that follow it raised targets.",
]
PAGE = f"""<!doctype html><html lang="en"><head><title>Widget raises outlook | Paper</title>
<link rel="canonical" href="https://www.paper.example/markets/widget">
<meta property="article:published_time" content="2026-03-01T12:00:00Z"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Widget raises outlook</h1>
{"".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)}<p>Advertisement</p></article></body></html>"""
SITE = """title: Paper
homepage: https://www.paper.example/
hosts: [www.paper.example]
boilerplate:
  - {pattern: "Shares of the maker .*", name: paper-shares}
"""


def broadtape(*args: str, stdin: bytes | None = None, cwd: Path = REPO) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "broadtape", *args]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, timeout=120, check=False)


def one_sentence(stderr: bytes | str) -> str:
    """What was said on standard error, which must be one line and no traceback."""
    text = stderr.decode() if isinstance(stderr, bytes) else stderr
    lines: Sequence[str] = text.splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("broadtape: ")
    assert "Traceback" not in text
    return lines[0].removeprefix("broadtape: ")


START = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORY = "https://www.paper.example/markets/widget-raises-outlook"
HOSTILE = "https://www.wire.example/hostile"
SKIPPED = "https://www.paper.example/video/1"
RAW_PAGE = b"<html><body><h1>Widget</h1><p>Revenue r\xc3\xb6se.</p></body></html>"


def at(hours: float) -> datetime:
    """So many hours after the start of the sample."""
    return START + timedelta(hours=hours)


def sample_archive(folder: Path) -> str:
    """An archive of two outlets: a story with two revisions, one whose text means harm, a page that was skipped."""
    now = [at(0)]
    archive = Archive.open(str(folder / "archive"), create=True, clock=lambda: now[-1])
    places = _segment(archive, folder)
    first = _article(
        STORY,
        "paper",
        1,
        places[0],
        title="Widget raises outlook",
        text="Widget Corp raised its outlook.\n\nRevenue rose 5%.\n\nShares gained.",
        authors=("Ada Writer", "Bo Writer"),
        published_at=at(0),
        published_raw="Mar 1, 2026 12:00",
        published_source="json-ld",
        published_precision="minute",
        tickers=(Ticker("WDG", "NYSE", "text"),),
        section="Markets",
        language="en",
        word_count=9,
        removed=(RemovedLine("Read more", "read-more"),),
    )
    second = replace(
        first,
        fetched_at=at(4),
        text=first.text.replace("5%", "7%") if first.text else None,
        title="Widget raises it again",
    )
    hostile = _article(
        HOSTILE,
        "wire",
        3,
        places[1],
        title="\x1b[2JGone \u202egnp",
        text="=cmd|' /C calc'!A0\n\n\x9b31mRed\x07, \"quoted\", comma",
        published_at=at(2),
        language="de",
    )
    with (
        archive.lease("paper", run="r1", seconds=10**6) as paper,
        archive.lease("wire", run="r1", seconds=10**6) as wire,
    ):
        now.append(at(2))
        archive.commit(articles=[first], captures=[_capture(first), _skip()], leases=[paper, wire])
        now.append(at(5))
        archive.commit(articles=[second, hostile], captures=[_capture(second), _capture(hostile)], leases=[paper, wire])
    return archive.uri


def _segment(archive: Archive, folder: Path) -> list[tuple[str, int, int]]:
    """Two pages in one stored segment: where each lies."""
    segment = SegmentWriter(
        folder, site="paper", run="r1", info={}, max_bytes=10**9, max_seconds=10**9, clock=lambda: START
    )
    headers = [(b"Content-Type", b"text/html"), (b"Content-Encoding", b"gzip")]
    for url in (STORY, HOSTILE):
        note = Note(event="fetch", site="paper", run="r1", url=url)
        body = gzip.compress(RAW_PAGE, mtime=0)
        segment.response(url=url, status=200, reason="OK", headers=headers, body=body, date=START, note=note)
    segment.close()
    (path,) = folder.rglob("*.warc.gz")
    key = path.relative_to(folder).as_posix()
    archive.put_segment(path, SegmentKey.parse(key))
    return [(key, record.offset, record.length) for record in read_segment(path) if record.type == "response"]


def _article(url: str, site: str, hours: float, place: tuple[str, int, int], **values: Any) -> Article:
    key, offset, length = place
    return Article(
        url=url,
        site=site,
        article_id=article_id(site, url),
        fetched_at=at(hours),
        extractor="broadtape-0.1.0/aaaa",
        access="full",
        rights="unknown",
        source="crawl",
        warc_file=key,
        warc_offset=offset,
        warc_length=length,
        **values,
    )


def _capture(article: Article) -> Capture:
    return Capture(
        site=article.site or "",
        run="r1",
        outcome="archived",
        url=article.url,
        url_id=url_id(article.url),
        article_id=article.article_id,
        fetched_at=article.fetched_at,
    )


def _skip() -> Capture:
    return Capture(site="paper", run="r1", outcome="skipped", reason="robots", url=SKIPPED, url_id=url_id(SKIPPED))
