"""One small crawl into a folder that is thrown away: the crawl's own manners, and everything it wrote down."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from broadtape.archive import Archive
from broadtape.archive.scratch import scratch
from broadtape.archive.warc import Http, Record, read_segment
from broadtape.capture import Note
from broadtape.crawl.events import Closed, End, OutletEnd
from broadtape.crawl.job import Job
from broadtape.crawl.process import start
from broadtape.errors import BroadtapeError
from broadtape.runs import new_run_id
from broadtape.settings import Settings
from broadtape.site import Site

__all__ = ["Probed", "Seen", "scout"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing the crawl wrote down: what became of one address, with the response where one was kept."""

    note: Note
    at: datetime
    http: Http | None = None

    @property
    def url(self) -> str:
        """Where it was served, else the address that was asked for."""
        return self.note.final_url or self.note.url or ""


@dataclass(frozen=True, slots=True)
class Probed:
    """All that one crawl of one outlet found."""

    end: OutletEnd
    seen: tuple[Seen, ...]

    def response(self, url: str) -> Seen | None:
        """What was kept of this address."""
        return next((seen for seen in self.seen if seen.http and url in (seen.note.url, seen.url)), None)

    def why_not(self, url: str) -> str:
        """Why nothing was kept of this address."""
        told = next((seen.note for seen in self.seen if seen.note.url == url and seen.note.outcome), None)
        return (told.reason if told else None) or self.end.trouble or "it was not reached"


def scout(site: Site, settings: Settings, *, urls: Collection[str] = (), limit: int | None = None) -> Probed:
    """Crawls the outlet once, as `run` would: its addresses `urls`, or its listings and `limit` of the newest pages.

    robots.txt, reservations, delays and the ban on private networks hold as ever. Raises UsageError where no contact is
    set for the live web, and BroadtapeError where the crawl broke.
    """
    with scratch("survey") as folder:
        archive = str(folder / "archive")
        Archive.open(archive, create=True)
        options = {"urls": tuple(urls), "limit": limit, "force": True}
        job = Job.of(settings.with_archive(archive), run=new_run_id(), spool=folder / "spool", sites=[site], **options)
        end, closed = _crawl(job)
        return Probed(end, tuple(seen for path in closed for seen in _read(path)))


def _crawl(job: Job) -> tuple[OutletEnd, list[Path]]:
    ended: OutletEnd | None = None
    closed: list[Path] = []
    with start(job) as crawl:
        for event in crawl.events():
            if isinstance(event, OutletEnd):
                ended = event
            elif isinstance(event, Closed):
                closed.append(Path(event.path))
            elif isinstance(event, End) and event.error:
                raise BroadtapeError(event.error)
    if ended is None:
        raise BroadtapeError("The crawl ended before it was done: try again.")
    return ended, closed


def _read(path: Path) -> Iterator[Seen]:
    waiting: Record | None = None
    for record in read_segment(path):
        if record.http is not None:
            waiting = record
        elif record.note is not None:
            mine = waiting is not None and record.refers_to == waiting.record_id
            http = waiting.http if mine and waiting is not None and waiting.type == "response" else None
            yield Seen(replace(record.note, url=record.note.url or record.url), record.date, http)
            waiting = None
