"""What a backfill writes: the pages it takes and what it says of the rest, into segments of each outlet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from broadtape import __version__
from broadtape.archive.warc import SegmentWriter
from broadtape.capture import Listing, Note
from broadtape.ingest.recorded_pages import RecordedPage
from broadtape.rights.page_signals import Signals
from broadtape.rights.robots import Robots
from broadtape.site import Site

__all__ = ["RECORDINGS", "RecordingSegments"]

RECORDINGS = "_recordings"
"""The pseudo-outlet of what the ledger says of a recording as a whole."""
_ONE_DAY = 86400.0
"""Seconds a segment may stay open: a file is read as fast as it can be, so its size alone closes it."""


class RecordingSegments:
    """The open segments of a run over recordings: one for each outlet that is met. Each closed one goes to `publish`.

    `lease` is asked for an outlet before anything of it is written, and may raise LeaseHeld.
    """

    def __init__(
        self,
        spool: Path,
        *,
        run: str,
        max_bytes: int,
        lease: Callable[[str], object],
        publish: Callable[[Path], None],
    ) -> None:
        self._spool, self._run, self._max_bytes = spool, run, max_bytes
        self._lease, self._publish = lease, publish
        self._open: dict[str, SegmentWriter] = {}

    def story(self, page: RecordedPage, signals: Signals, robots: Robots | None) -> None:
        """Takes a page."""
        record, http = page.record, page.http
        note = Note(
            "fetch",
            page.site.name,
            self._run,
            url=page.url,
            status=http.status,
            listing=Listing(page.url, via="backfill"),
            etag=http.header("ETag"),
            last_modified=http.header("Last-Modified"),
            rights="reserved" if signals.reserved else "allowed" if robots else "unknown",
            rights_checked_at=robots.checked_at if robots else None,
            source="backfill",
        )
        self._writer(page.site.name).response(
            url=page.url, status=http.status, reason=http.reason, headers=http.headers, body=http.body,
            date=record.date, note=note,
        )  # fmt: skip

    def left_out(self, site: Site, url: str, reason: str, *, status: int | None, where: Mapping[str, Any]) -> None:
        """Says why a record is not archived, and `where` it lies."""
        note = Note(
            "skip",
            site.name,
            self._run,
            url=url,
            outcome="skipped",
            reason=reason,
            status=status,
            listing=Listing(url, via="backfill"),
            source="backfill",
            detail=dict(where),
        )
        self._writer(site.name).note(note)

    def about_file(self, name: str, reason: str, detail: Mapping[str, Any], *, at: datetime) -> None:
        """Says what is wrong with the recording itself."""
        note = Note(
            "poll",
            RECORDINGS,
            self._run,
            url=f"urn:broadtape:recording:{name}",
            outcome="polled",
            reason=reason,
            source="backfill",
            detail=dict(detail),
        )
        self._writer(RECORDINGS).note(note, date=at)

    def close(self) -> None:
        """Closes and publishes what is open; more may follow, in further segments."""
        for writer in self._open.values():
            writer.close()

    def _writer(self, site: str) -> SegmentWriter:
        if site not in self._open:
            if site != RECORDINGS:
                self._lease(site)
            self._open[site] = SegmentWriter(
                self._spool,
                site=site,
                run=self._run,
                info={
                    "software": f"broadtape/{__version__}",
                    "description": "backfill",
                    "format": "WARC File Format 1.1",
                },
                max_bytes=self._max_bytes,
                max_seconds=_ONE_DAY,
                on_closed=self._publish,
            )
        return self._open[site]
