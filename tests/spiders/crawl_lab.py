"""What the crawl's tests share: little servers that misbehave on purpose, and real crawls in a process of their own."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from broadtape.archive import Archive
from broadtape.archive.warc import Record, read_segment
from broadtape.capture import Capture, Note
from broadtape.crawl.events import Closed, End, Event, OutletEnd
from broadtape.crawl.job import Job, Limits
from broadtape.crawl.process import start
from broadtape.site import Site
from broadtape.urls import url_id

RUN = "20261123T201900Z-ab12cd"
STORY = b"<!DOCTYPE html><html><head><title>Tin rises</title></head><body><p>Tin rose on Monday.</p></body></html>"
Headers = dict[str, str]


@dataclass(frozen=True)
class Reply:
    """One answer: status, body, headers; `wait` seconds before it."""

    body: bytes = STORY
    status: int = 200
    headers: Headers = field(default_factory=dict)
    wait: float = 0.0


Answer = Reply | Callable[[Headers], Reply]
"""A reply, or what makes one of the request's headers (names in lower case)."""


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    path: str
    headers: Headers
    at: float


class Server:
    """A little HTTP server on loopback: `routes` by path, 404 for everything else, and a log of what was asked."""

    def __init__(self, routes: dict[str, Answer] | None = None) -> None:
        self.routes: dict[str, Answer] = dict(routes or {})
        self.asked: list[Asked] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body go one by one: the second would wait 40 ms for an answer

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.asked.append(Asked(self.path, headers, time.monotonic()))
                answer = server.routes.get(self.path, Reply(b"", 404))
                reply = answer if isinstance(answer, Reply) else answer(headers)
                server.closing.wait(reply.wait)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status != 304:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if reply.status != 304:
                    self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                pass

        self.closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients leave on purpose here
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._http.server_port}"

    @property
    def base(self) -> str:
        return f"http://{self.host}"

    def use_tls(self, context: ssl.SSLContext) -> None:
        """Speaks TLS from now on."""
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    def paths(self) -> list[str]:
        """What was asked for, in order, without the files about robots and mining."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt" and "well-known" not in asked.path]

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def served(routes: dict[str, Answer] | None = None) -> Iterator[Server]:
    server = Server(routes)
    try:
        yield server
    finally:
        server.close()


def rss(base: str, paths: Iterable[str], *, ttl: int | None = None, published: str = "2026-11-20T09:00:00Z") -> bytes:
    """A feed of these paths, each a minute older than the one before."""
    moment = datetime.fromisoformat(published).timestamp()
    items = "".join(
        f"<item><title>Story {n}</title><link>{path if '://' in path else base + path}</link>"
        f"<pubDate>{datetime.fromtimestamp(moment - 60 * n, UTC):%a, %d %b %Y %H:%M:%S +0000}</pubDate></item>"
        for n, path in enumerate(paths)
    )
    head = f"<title>t</title>{f'<ttl>{ttl}</ttl>' if ttl else ''}"
    return f"<rss version='2.0'><channel>{head}{items}</channel></rss>".encode()


def sitemap(entries: Iterable[tuple[str, str | None]]) -> bytes:
    """A sitemap of (address, lastmod)."""
    urls = "".join(f"<url><loc>{loc}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</url>" for loc, at in entries)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode()


def outlet(name: str, server: Server, **fields: Any) -> Site:
    """An outlet on `server` with one feed at /feed, without delay."""
    values: dict[str, Any] = {
        "title": name,
        "homepage": f"{server.base}/",
        "hosts": [server.host],
        "network": "private",
        "delay": 0,
        "feeds": [f"{server.base}/feed"],
    }
    return Site.model_validate({"name": name, **values, **fields})


@dataclass
class Crawled:
    """What one crawl told and left behind."""

    events: list[Event]
    records: list[tuple[str, Record]]
    """Each with the name of the outlet whose segment it lies in."""
    status: int
    log: str

    @property
    def end(self) -> End:
        last = self.events[-1]
        assert isinstance(last, End)
        return last

    @property
    def ends(self) -> dict[str, OutletEnd]:
        return {event.site: event for event in self.events if isinstance(event, OutletEnd)}

    @property
    def closed(self) -> list[Closed]:
        return [event for event in self.events if isinstance(event, Closed)]

    def notes(self, site: str) -> list[Note]:
        """The notes about stories in an outlet's segments."""
        return [r.note for name, r in self.records if name == site and r.note and r.note.event != "poll"]

    def told(self, site: str) -> dict[str, tuple[str | None, str | None]]:
        """Outcome and reason of each story, by its path."""
        return {"/" + n.url.split("/", 3)[3]: (n.outcome, n.reason) for n in self.notes(site) if n.url}

    def responses(self, site: str) -> list[Record]:
        return [r for name, r in self.records if name == site and r.type in {"response", "revisit"}]

    def poll(self, site: str) -> Note:
        """The note that the outlet was looked at."""
        return next(r.note for name, r in self.records if name == "_polls" and r.note and r.note.site == site)


def job_of(folder: Path, *sites: Site, run: str = RUN, timeout: float = 2.0, **fields: Any) -> Job:
    """A job over an archive and a spool in `folder`, both made if need be."""
    Archive.open(str(folder / "archive"), create=True)
    limits = fields.pop("limits", {})
    return Job(
        run=run,
        archive=str(folder / "archive"),
        spool=folder / "spool" / run,
        sites=sites,
        limits=Limits(**{"download_timeout": timeout, "contact": "desk@broadtape.example", **limits}),
        **fields,
    )


def crawl(job: Job, *, on_event: Callable[[Event, Any], None] = lambda _event, _crawl: None) -> Crawled:
    """Runs the crawl to its end; `on_event` sees each event as it comes, and the running crawl."""
    events = []
    log = job.spool.parent / "log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stderr, start(job, stderr=stderr) as running:
        for event in running.events():
            events.append(event)
            on_event(event, running)
        status = running.wait(20)
    records = [
        (path.parent.parent.name.removeprefix("site="), record)
        for path in sorted(job.spool.rglob("*.warc.gz"))
        for record in read_segment(path)
    ]
    return Crawled(events, records, status, log.read_text())


def commit(folder: Path, crawled: Crawled, *, archived: bool = True) -> None:
    """Writes the ledger rows and the state that a flow would, taking every fetched page for an article."""
    archive = Archive.open(str(folder / "archive"))
    leases = [archive.lease(site, run="ledger") for site in crawled.ends]
    try:
        rows = [row for name, record in crawled.records if name != "_polls" and (row := _row(name, record, crawled))]
        archive.commit(articles=[], captures=rows, leases=leases)
    finally:
        for lease in leases:
            lease.release()
    for site, end in crawled.ends.items():
        if end.state is not None:
            end.state.save(archive, site)


def _row(site: str, record: Record, crawled: Crawled) -> Capture | None:
    note = record.note
    if note is None or note.url is None or note.event == "poll":
        return None
    page = next((r for _, r in crawled.records if r.record_id == record.refers_to), None)
    listing = note.listing
    return Capture(
        site=site,
        run=note.run,
        outcome=note.outcome or "archived",
        url=note.url,
        url_id=url_id(note.url),
        reason=note.reason,
        status=note.status,
        via=listing.via if listing else None,
        first_listed_at=listing.first_listed_at if listing else None,
        listed_modified_at=listing.modified_at if listing else None,
        published_at=listing.published_at if listing else None,
        fetched_at=record.date if note.event == "fetch" else None,
        etag=note.etag,
        last_modified=note.last_modified,
        payload_sha256=page.http.payload_sha256 if page and page.http and page.type == "response" else None,
        access=note.access,
        detail=json.dumps(note.detail) if note.detail else None,
    )


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)
