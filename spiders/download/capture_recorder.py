"""What one outlet's crawl writes down: responses and notes into its WARC segments, counts for whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from broadtape.capture import Capture, Listing, Note, Outcome
from broadtape.crawl.events import Counts, ListingRead, Moved, Progress, poll_detail
from broadtape.errors import SpoolError
from spiders.download.wire_capture import Wire
from spiders.policy.rights import Rights

if TYPE_CHECKING:
    from broadtape.site import Site
    from spiders.crawl_context import CrawlContext

__all__ = ["CaptureRecorder"]

_UNKNOWN = Rights("unknown", None)


class CaptureRecorder:
    """One outlet's record of this run. Nothing raises: a spool that takes no more ends the whole run."""

    def __init__(self, run: CrawlContext, site: Site) -> None:
        self._run, self._site = run, site
        self._writer = run.writer(site.name)
        self._told: Counts | None = None
        self._over = False
        self.counts = Counts()
        self._source = "replay" if run.job.replay else "crawl"
        # A recording is the operator's own: what the outlet's file allows on the live web does not bind it.
        self._access = "full" if run.job.replay else site.access

    def story(self, wire: Wire, listing: Listing, *, asked: str, rights: Rights) -> None:
        """A page was fetched, to be cleaned."""
        self.counts.fetched += 1
        self.counts.bytes += len(wire.body)
        note = self._fetch_note(wire, listing, asked, rights)
        self._keep(wire, note)

    def unchanged(self, wire: Wire, listing: Listing, *, asked: str, rights: Rights, digest: str | None) -> None:
        """A page came back as it was: 304, or the same bytes with that sha256."""
        self.counts.unchanged += 1
        self.counts.bytes += len(wire.body)
        note = replace(self._fetch_note(wire, listing, asked, rights), outcome="unchanged")
        self._write(
            lambda: self._writer.revisit(
                url=wire.url,
                status=wire.status,
                reason=wire.reason,
                headers=wire.headers,
                date=wire.date,
                note=note,
                payload_digest=digest,
            )
        )

    def skipped(
        self,
        listing: Listing,
        reason: str,
        *,
        row: Capture | None,
        rights: Rights = _UNKNOWN,
        wire: Wire | None = None,
    ) -> None:
        """A story was deliberately not fetched, or not kept; noted only where the ledger does not say so already."""
        word = "pattern" if reason.startswith("pattern:") else reason.partition(", Retry-After")[0]
        self.counts.skipped[word] = self.counts.skipped.get(word, 0) + 1
        if row is None or (row.outcome, row.reason) != ("skipped", reason):
            status, at = (wire.status, wire.date) if wire else (None, None)
            self._note("skip", listing, "skipped", reason, rights=rights, status=status, at=at)

    def metadata_only(self, listing: Listing, rights: Rights) -> None:
        """A story of which only what the listing says may be kept."""
        self.counts.fetched += 1
        self._note("skip", listing, None, None, rights=rights)

    def failed(self, listing: Listing, reason: str, *, wire: Wire | None, attempts: int) -> None:
        """Fetching a story failed, for the `attempts`th time."""
        self.counts.failed += 1
        status, at = (wire.status, wire.date) if wire else (None, None)
        self._note("fetch", listing, "failed", reason, status=status, detail={"attempts": attempts}, at=at)

    def gone(self, listing: Listing, status: int, at: datetime) -> None:
        """An archived story is no longer there."""
        self._note("fetch", listing, "gone", str(status), status=status, at=at)

    def look_failed(self) -> None:
        """A second look at an archived story failed, which changes nothing about it: it stays due."""
        self.counts.failed += 1

    def host_file(self, wire: Wire, *, asked: str) -> None:
        """A robots.txt or tdmrep.json, kept as evidence of what we were told."""
        name = asked.rpartition("/")[2]
        final = wire.url if wire.url != asked else None
        note = self._as_note("poll", url=asked, outcome="polled", reason=name, status=wire.status, final_url=final)
        self._keep(wire, note)

    def poll(
        self,
        listings: tuple[ListingRead, ...],
        finish_reason: str,
        seconds: float,
        trouble: str | None,
        moved: Moved | None = None,
    ) -> None:
        """The outlet was looked at; goes into the segment that all outlets of the run share."""
        detail = poll_detail(self.counts, listings, finish_reason, seconds, moved)
        note = self._as_note("poll", outcome="polled", reason=trouble, detail=detail)
        self._write(lambda: self._run.polls.note(note))

    def tick(self) -> None:
        """Closes a segment that is old enough, and tells how far the outlet has come if it got any further."""
        self._write(self._writer.rotate_if_due)
        if self.counts != self._told:
            self._told = replace(self.counts, skipped=dict(self.counts.skipped))
            self._run.emit(Progress(self._site.name, self._told))

    def close(self) -> None:
        """Closes the last segment; nothing is written any more."""
        self._write(self._writer.close)
        self._over = True

    def _keep(self, wire: Wire, note: Note) -> None:
        self._write(
            lambda: self._writer.response(
                url=wire.url,
                status=wire.status,
                reason=wire.reason,
                headers=wire.headers,
                body=wire.body,
                date=wire.date,
                note=note,
                ip=wire.ip,
            )
        )

    def _fetch_note(self, wire: Wire, listing: Listing, asked: str, rights: Rights) -> Note:
        return self._as_note(
            "fetch",
            url=listing.url,
            status=wire.status,
            final_url=wire.url if wire.url != asked else None,
            listing=listing,
            etag=wire.header(b"etag"),
            last_modified=wire.header(b"last-modified"),
            rights=rights.rights,
            rights_checked_at=rights.checked_at,
        )

    def _note(
        self,
        event: str,
        listing: Listing,
        outcome: Outcome | None,
        reason: str | None,
        *,
        status: int | None = None,
        rights: Rights = _UNKNOWN,
        detail: dict[str, Any] | None = None,
        at: datetime | None = None,
    ) -> None:
        note = self._as_note(
            event,
            url=listing.url,
            listing=listing,
            outcome=outcome,
            reason=reason,
            status=status,
            rights=rights.rights,
            rights_checked_at=rights.checked_at,
            detail=detail or {},
        )
        self._write(lambda: self._writer.note(note, date=at))

    def _as_note(self, event: str, **values: Any) -> Note:
        return Note(
            event=event,  # type: ignore[arg-type]
            site=self._site.name,
            run=self._run.job.run,
            access=self._access,
            source=self._source,  # type: ignore[arg-type]
            **values,
        )

    def _write(self, write: Callable[[], None]) -> None:
        if self._run.error is not None or self._over:
            return
        try:
            write()
        except SpoolError as error:
            self._run.fail(error)
