"""An archive of invented stories, some of which mean harm, and a room that is open over it."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn

from broadtape.archive import Archive
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import SegmentWriter, read_segment
from broadtape.article import Article, RemovedLine, Ticker
from broadtape.capture import Capture, Note
from broadtape.corpus import open as open_corpus
from broadtape.errors import UsageError
from broadtape.ingest.minhash import minhash
from broadtape.urls import article_id, url_id
from broadtape.web import Examine, HeldText, RoomSettings, application
from broadtape.web.api import api_application
from broadtape.web.snapshot_cache import SnapshotCache

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TITLES = {"ledger": "The Ledger", "wire": "Wire & Sons"}

REVISED = "https://www.ledger.example/markets/widget-raises-outlook"
FORGOTTEN = "https://www.ledger.example/markets/forgotten"
SKIPPED = "https://www.ledger.example/video/1"
HOSTILE = "https://www.wire.example/hostile"
SCRIPT = "https://www.wire.example/script-for-an-address"
LONG = "https://www.wire.example/long"
COPY = "https://www.wire.example/widget"
BACKWARDS = "https://www.wire.example/backwards"
HELD = "https://www.wire.example/odd"

ATTACK = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
TEXT = [
    "Widget Corp raised its outlook for the year after orders from carmakers grew faster than planned.",
    "Revenue rose 5% to 1.2 billion crowns in the third quarter, while costs stayed where they were.",
    "The company makes fasteners in three plants and employs four thousand people.",
    "It will report again in May.",
    "Shares gained in early trading.",
]


def at(hours: float) -> datetime:
    """So many hours after the start of the sample."""
    return START + timedelta(hours=hours)


def hostile_page(beacon: str) -> bytes:
    """A page that tries everything: scripts, loads, navigation. `beacon` is an address that counts its visitors."""
    return f"""<!doctype html><html><head><title>Hostile</title>
<meta http-equiv="refresh" content="0; url={beacon}/refresh">
<link rel="preconnect" href="{beacon}"><link rel="dns-prefetch" href="{beacon}">
<link rel="preload" as="image" href="{beacon}/preload"><link rel="prefetch" href="{beacon}/prefetch">
<link rel="stylesheet" href="{beacon}/style.css"><link rel="icon" href="{beacon}/icon">
<style>@import url({beacon}/import.css); body {{ background: url({beacon}/background) }}
@font-face {{ font-family: f; src: url({beacon}/font) }} p {{ font-family: f; color: rgb(1, 2, 3) }}</style>
<base href="{beacon}/"><script>top.location = "{beacon}/top"; parent.document.title = "owned"</script>
<script src="{beacon}/script.js"></script></head>
<body onload="location='{beacon}/onload'"><p id="said">Orders doubled.</p><img src="{beacon}/image">
<svg onload="fetch('{beacon}/svg')"><image href="{beacon}/svg-image"/></svg>
<iframe src="{beacon}/frame"></iframe><object data="{beacon}/object"></object><embed src="{beacon}/embed">
<video src="{beacon}/video" poster="{beacon}/poster" autoplay></video>
<form action="{beacon}/form" id="f"><input name="a" autofocus onfocus="document.forms[0].submit()"></form>
<a id="out" href="{beacon}/link" ping="{beacon}/ping">out</a> <a id="top" target="_top" href="{beacon}/top-link">top</a>
</body></html>""".encode()


def sample_archive(folder: Path, *, beacon: str = "http://beacon.invalid") -> str:
    """The archive: forty plain stories of the Ledger, one revised twice, one forgotten; hostile ones of the Wire."""
    now = [at(0)]
    archive = Archive.open(str(folder / "archive"), create=True, clock=lambda: now[-1])
    places = _segment(archive, folder, hostile_page(beacon))
    first, second, third = _revised(places["page"])
    plain = [_plain(number, places["page"]) for number in range(40)]
    forgotten = _article(FORGOTTEN, "ledger", 1, places["forgotten"], title="Nobody shall read this", text="Not this.")
    hostile = _hostile(places["hostile"])
    with (
        archive.lease("ledger", run="r1", seconds=10**8) as ledger,
        archive.lease("wire", run="r1", seconds=10**8) as wire,
    ):
        held = [ledger, wire]
        now.append(at(2))
        rows = [*plain, first, forgotten]
        archive.commit(articles=rows, captures=[*map(_capture, rows), _skip(), *_polls("r1")], leases=held)
        now.append(at(5))
        rows = [second, *hostile]
        archive.commit(articles=rows, captures=[*map(_capture, rows), *_polls("r2")], leases=held)
        now.append(at(30))
        archive.commit(articles=[third], captures=[_capture(third), *_polls("r3")], leases=held)
    archive.save_state(
        "wire", {"trouble": {"since": "2026-03-02T00:00:00Z", "run": "r3", "reason": f"broken {ATTACK}"}}
    )
    now.append(at(31))
    forget(archive, urls=[FORGOTTEN], run="forget")
    return archive.uri


def _revised(place: tuple[str, int, int]) -> tuple[Article, Article, Article]:
    first = _article(
        REVISED,
        "ledger",
        1,
        place,
        title="Widget raises outlook",
        text="\n\n".join(TEXT),
        summary="Orders from carmakers grew.",
        authors=("Ada Writer", "Bo Writer"),
        published_at=at(0),
        published_raw="Mar 1, 2026 12:00",
        published_source="json-ld",
        published_precision="minute",
        tickers=(Ticker("WDG", "NYSE", "text"), Ticker("HLMR", None, "cashtag")),
        section="Markets",
        language="en",
        word_count=61,
        removed=(RemovedLine("Read more about Widget", "read-more"), RemovedLine("Advertisement", "advertisement")),
        rights="allowed",
        rights_checked_at=at(0),
        minhash=minhash("\n\n".join(TEXT)),
    )
    second = replace(
        first,
        fetched_at=at(4),
        text="\n\n".join(TEXT).replace("5%", "7%"),
        title="Widget raises it again",
        update_note="The growth of revenue was corrected.",
    )
    third = replace(
        second, fetched_at=at(29), text=(second.text or "").replace("gained in early trading", "closed lower after all")
    )
    return first, second, third


def _plain(number: int, place: tuple[str, int, int]) -> Article:
    return _article(
        f"https://www.ledger.example/markets/story-{number}",
        "ledger",
        0.5,
        place,
        title=f"Plain story {number}",
        text=f"The plain story number {number} has a first paragraph.\n\nAnd a second.",
        published_at=at(-24 * (number // 2)) if number != 6 else None,
        published_precision="day" if number % 2 else "minute",
        section="Markets" if number % 3 else "Companies",
        language="en" if number % 4 else "de",
        tickers=(Ticker("PLN", "NYSE", "link"),) if number % 5 == 0 else (),
        word_count=12,
    )


def _hostile(place: tuple[str, int, int]) -> list[Article]:
    attacked = _article(
        HOSTILE,
        "wire",
        3,
        place,
        title=f"Hostile {ATTACK}",
        text=f"{ATTACK}\n\n</p></article></main><h1>Not our headline</h1>\n\n{{{{ 7 * 7 }}}} {{% raw %}}",
        summary=f"Summary {ATTACK}",
        authors=(ATTACK,),
        published_at=at(2),
        published_raw=f"\"'>{ATTACK}",
        published_source="json-ld",
        tags=(ATTACK,),
        tickers=(Ticker(f"X{ATTACK}".upper()[:60], "'\"><B>", "text"),),
        section=f"Sec\"'>{ATTACK}",
        update_note=ATTACK,
        disclosure=ATTACK,
        syndicated_from="javascript:document.title='owned'",
        removed=(RemovedLine(ATTACK, ATTACK),),
        language="en",
    )
    script = _article(SCRIPT, "wire", 3, place, title="An address that is a script", text="Text.", published_at=at(1))
    script = replace(script, url="javascript:document.title='owned'//%0ahttps://www.wire.example/x")
    copied = _article(
        COPY,
        "wire",
        3,
        place,
        title="Widget lifts guidance",
        text=f"{' '.join(TEXT)} (WIRE)",
        published_at=at(0.5),
        published_source="trafilatura",
        published_raw="Updated Mar 1, 2026",
    )
    long = _article(LONG, "wire", 3, place, title="L" * 5_000, text="w" * 100_000 + "\n\nEnd.", published_at=at(1))
    backwards = _article(
        BACKWARDS,
        "wire",
        3,
        place,
        title="Invoice \u202egnp.exe\u200b\x07",
        text="\u202eturned round\n\nשלום עולם, 123\n\nPlain again.",
        published_at=at(1),
        language="he",
    )
    return [attacked, script, replace(copied, minhash=minhash(copied.text)), long, backwards]


def _segment(archive: Archive, folder: Path, hostile: bytes) -> dict[str, tuple[str, int, int]]:
    """A quiet page and a hostile one in a stored segment: where each lies."""
    segment = SegmentWriter(
        folder, site="ledger", run="r1", info={}, max_bytes=10**9, max_seconds=10**9, clock=lambda: START
    )
    headers = [
        (b"Content-Type", b"text/html; charset=utf-8"),
        (b"X-Hostile", b"<b>\"'</b>"),
        (b"Link", b"</x>; rel=preload"),
    ]
    quiet = "<h1>Widget</h1><p>Revenue röse.</p>".encode()
    for url, body in (("page", quiet), ("hostile", hostile), ("forgotten", quiet)):
        address = f"https://www.ledger.example/{url}"
        note = Note(event="fetch", site="ledger", run="r1", url=address)
        segment.response(url=address, status=200, reason="OK", headers=headers, body=body, date=START, note=note)
    segment.close()
    (path,) = folder.rglob("*.warc.gz")
    key = path.relative_to(folder).as_posix()
    archive.put_segment(path, SegmentKey.parse(key))
    found = [record for record in read_segment(path) if record.type == "response"]
    return {(record.url or "").rpartition("/")[2]: (key, record.offset, record.length) for record in found}


def _article(url: str, site: str, hours: float, place: tuple[str, int, int], **values: object) -> Article:
    key, offset, length = place
    return Article(
        url=url,
        site=site,
        article_id=article_id(site, url),
        fetched_at=at(hours),
        extractor="broadtape-0.1.0/aaaa",
        access="full",
        source="crawl",
        warc_file=key,
        warc_offset=offset,
        warc_length=length,
        **{"rights": "unknown", **values},  # type: ignore[arg-type]
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
    return Capture(site="ledger", run="r1", outcome="skipped", reason="robots", url=SKIPPED, url_id=url_id(SKIPPED))


def _polls(run: str) -> list[Capture]:
    detail = (
        '{"listings": [{"url": "https://www.ledger.example/feed", "status": "200", "listed": 9, "new": 2}, '
        '{"url": "javascript:alert(1)", "status": "broken"}], "discovered": 9, "fetched": 2, "failed": 0}'
    )
    poll = Capture(site="ledger", run=run, outcome="polled", detail=detail)
    return [
        poll,
        replace(poll, site="wire", reason="no feed could be read" if run == "r3" else None, detail="not JSON"),
    ]


@dataclass(frozen=True)
class Answer:
    """What the room answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Room:
    """An open room."""

    uri: str
    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(
        self,
        path: str,
        *,
        method: str = "GET",
        host: str | None = None,
        headers: dict[str, str] | None = None,
        **params: object,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            target = f"{path}?{urlencode(params, doseq=True)}" if params else path
            connection.request(method, target, headers={"Host": host or f"127.0.0.1:{self.port}", **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()


@contextmanager
def open_room(
    uri: str, *, settings: RoomSettings | None = None, examine: Examine | None = None, **api: Any
) -> Iterator[Room]:
    """A real server over the archive, in a thread; `api` says how programs are answered."""
    cache = SnapshotCache(uri, outlets=TITLES)
    room = application(cache, titles=TITLES, api=api_application(cache, **api), settings=settings, examine=examine)
    config = uvicorn.Config(room, port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the room does not open"
        time.sleep(0.01)
    yield Room(uri, server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join(10)


@contextmanager
def open_daily_room(folder: Path) -> Iterator[Room]:
    """A room with a page held back, a watchlist and prices."""
    uri = sample_archive(folder)
    (article,) = list(open_corpus(uri).articles(url=HOSTILE))
    page = Capture(
        site="wire",
        run="r4",
        outcome="quarantined",
        reason="unusual: <b>the same text</b>",
        url=HELD,
        url_id=url_id(HELD),
        fetched_at=at(32),
        warc_file=article.warc_file,
        warc_offset=article.warc_offset,
        warc_length=article.warc_length,
    )
    archive = Archive.open(uri, clock=lambda: at(33))
    with archive.lease("wire", run="r4", seconds=60) as lease:
        archive.commit(articles=[], captures=[page], leases=[lease])
    (folder / "prices.csv").write_text("date,symbol,close\n2026-02-27,PLN,10.5\n2026-03-01,pln,11\nnever,PLN,1\n")
    (folder / "room.toml").write_text(
        'tickers = ["WDG"]\nprices = "prices.csv"\n[[search]]\nname = "Cars <i>"\nq = "carmakers"\n'
    )

    def examine(url: str) -> HeldText:
        if url != HELD:
            raise UsageError(f"{url} is not held back.")
        return HeldText(article, None, article)

    with open_room(uri, settings=RoomSettings.load(folder), examine=examine) as room:
        yield room


class Clock:
    """Seconds that pass when told to, and a counter."""

    def __init__(self) -> None:
        self.now = 0.0
        self.counted = 0

    def __call__(self) -> float:
        return self.now

    def count(self) -> int:
        self.counted += 1
        return self.counted
