"""What the outlets of one crawl share: the archive, the throttles, what hosts said, the recording, and the way out."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from broadtape.archive.opening import open_patiently
from broadtape.archive.warc import SegmentWriter
from broadtape.capture import Capture, Listing
from broadtape.crawl.events import Closed, Event, to_json
from broadtape.crawl.job import Job
from broadtape.errors import BroadtapeError
from broadtape.rights.robots import Robots
from broadtape.rights.tdm import TdmRep
from broadtape.times import utcnow
from broadtape.urls import host_of
from broadtape.version import __version__
from spiders.download.replay import Recording
from spiders.planning.refetch_policy import RETRIES_END
from spiders.policy.once import Once
from spiders.policy.public_resolver import PublicResolver
from spiders.policy.refused import Refused
from spiders.policy.throttle import Throttles

__all__ = ["POLLS", "CrawlContext", "print_event"]

POLLS = "_polls"
_PARSED_AT_ONCE = 2
"""Listings, whichever outlets' they are."""


class CrawlContext:
    """One crawl's shared state. `fail` and `stop` may be called at any time; both end the crawl gracefully."""

    def __init__(self, job: Job, emit: Callable[[Event], None] | None = None) -> None:
        self.job = job
        self.emit = emit or print_event
        self.archive = open_patiently(job.archive)
        self.recording = Recording(job.replay, {h for site in job.sites for h in site.hosts}) if job.replay else None
        self.throttles = Throttles(longest_wait=job.limits.longest_wait)
        self.robots: Once[Robots] = Once()
        self.tdm: Once[TdmRep] = Once()
        self.parsing = asyncio.Semaphore(_PARSED_AT_ONCE)
        """Held while a listing is taken apart: some are megabytes, and take seconds of CPU."""
        self.error: str | None = None
        self.stopped = False
        self.on_stop: list[Callable[[str], None]] = []
        self.polls = self.writer(POLLS)
        self._recent: asyncio.Future[dict[str, list[Capture]]] | None = None

    def require_public(self, url: str) -> None:
        """Raises Refused if `url`'s host was found to lie on a network that is not to be crawled."""
        from twisted.internet import reactor  # only once the loop's reactor is installed

        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        refused = getattr(reactor.nameResolver, "refused", {})
        if why := refused.get((parts.hostname, port)):
            raise Refused(f"private address: {why}")

    def allow_private(self, url: str) -> None:
        """Lets `url`'s host and port lie on a private network, unless a public outlet names them."""
        from twisted.internet import reactor  # only once the loop's reactor is installed

        parts, resolver = urlsplit(url), getattr(reactor, "nameResolver", None)
        public = {host for site in self.job.sites if site.network == "public" for host in site.hosts}
        if isinstance(resolver, PublicResolver) and parts.hostname and host_of(url) not in public:
            resolver.allow(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))

    def writer(self, site: str) -> SegmentWriter:
        """A writer of segments into this run's spool; each closed one is reported."""
        limits = self.job.limits
        return SegmentWriter(
            self.job.spool,
            site=site,
            run=self.job.run,
            info={"software": f"broadtape/{__version__}", "operator": limits.contact or "", "robots": "obey"},
            max_bytes=limits.segment_bytes,
            max_seconds=limits.segment_seconds,
            on_closed=lambda path: self.emit(Closed(site, str(path.absolute()))),
        )

    async def recent(self, site: str) -> list[Capture]:
        """The outlet's stories that may be due for a second look; the archive is asked once for all outlets."""
        if self._recent is None:
            self._recent = asyncio.ensure_future(asyncio.to_thread(self._all_recent))
        return (await asyncio.shield(self._recent)).get(site, [])

    def _all_recent(self) -> dict[str, list[Capture]]:
        watched = {site.name: max((*site.refetch_at_ages, RETRIES_END)) for site in self.job.sites}
        found: dict[str, list[Capture]] = {}
        if watched:
            # Twice as long: a story that came due while nothing ran is still to be looked at.
            for row in self.archive.ledger.recent(set(watched), self.now() - 2 * max(watched.values())):
                found.setdefault(row.site, []).append(row)
        return found

    def now(self) -> datetime:
        """The current time, UTC."""
        return utcnow()

    def listed_at(self, listing: Listing) -> datetime:
        """When this run saw a story listed: now; when its listing, else its page, was recorded where one answers."""
        recorded = self.recording and self.recording.recorded_at(listing.listed_in or listing.url)
        return recorded or self.now()

    def stop(self, reason: str = "stopped") -> None:
        """Asks every outlet to finish what is under way and close its segments."""
        self.stopped = True
        for ask in list(self.on_stop):
            ask(reason)

    def fail(self, error: BroadtapeError | OSError) -> None:
        """The crawl cannot go on, such as with a full disk; the first reason stands."""
        if self.error is None:
            self.error = str(error)
            self.stop("error")


_OUT = threading.Lock()


def print_event(event: Event) -> None:
    """One line on standard output, at once."""
    with _OUT:
        sys.stdout.write(to_json(event) + "\n")
        sys.stdout.flush()
