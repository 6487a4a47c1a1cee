"""Reading one outlet's listings: its own first, then the sitemaps that indexes name, newest first, within a budget."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urldefrag

from broadtape.capture import Via
from broadtape.outlet_state import OutletState
from broadtape.site import Site
from spiders.crawl_context import CrawlContext
from spiders.discovery.archive_sitemaps import archive_addresses, paged
from spiders.discovery.documents.sitemap_entries import Child
from spiders.discovery.further_pages import with_further_pages
from spiders.discovery.indexes.backfill import Backfill
from spiders.discovery.indexes.budget import ReadingBudget
from spiders.discovery.indexes.order import newest_first, period_end, still_changing, too_old
from spiders.discovery.indexes.waiting import Queue, Waiting
from spiders.discovery.listing_look import ListingLook
from spiders.discovery.listing_state import ListingState
from spiders.discovery.reading import Reading
from spiders.fetching import Fetch

__all__ = ["ListingReader"]

_AT_ONCE = 20
"""Sitemaps of an index that are read with the outlet's own listings: the day's are among them. The others wait until it
is known whether there is room for more stories."""
_LARGEST_BATCH = 16
_MOST_PAGES = 500


class ListingReader:
    """Reads the listings of one outlet, with what was remembered of them.

    Of `state`, `listings` is what `advanced` gave and `backfill` what `next_backfill` gave in an earlier run.
    """

    def __init__(self, run: CrawlContext, site: Site, fetch: Fetch, state: OutletState) -> None:
        self._site, self._job, self._now = site, run.job, run.now()
        live = run.recording is None
        kept = {url: ListingState.from_json(values) for url, values in state.listings.items()} if live else {}
        self._known = {url: values for url, values in kept.items() if values}
        self._kept = Backfill.from_json(state.backfill) if live else None
        self._backfill = Backfill.going_on(self._kept, self._job.since, force=self._job.force)
        self._look = ListingLook(run, site, fetch, self._known)
        self._budget = ReadingBudget(self._job.outlet_seconds)
        self._asked: set[str] = set()
        self._queue = Queue()
        self._read: list[tuple[Waiting, Reading]] = []
        self._unfinished: list[Waiting] = []

    async def current(self) -> list[Reading]:
        """Feeds, news sitemaps and section pages, side by side, each with the newest of the sitemaps it names."""
        looks = [
            *(self._source(source.url, "feed") for source in self._site.feeds),
            *(self._source(source.url, "news_sitemap") for source in self._site.news_sitemaps),
            *(self._source(source.url, "section") for source in self._site.sections),
        ]
        found = await asyncio.gather(*looks)
        self._add_archives()
        return [reading for readings in found for reading in readings]

    async def rest(self) -> AsyncIterator[list[Reading]]:
        """What waits, a few sitemaps at a time: those of indexes, and the archive's back to what is asked for.

        Whoever has stories enough stops asking. What is left then, or beyond the budget, is counted and remembered.
        """
        size = 1
        while self._queue and not self._budget.spent:
            batch: list[Reading] = []
            while self._queue and len(batch) < size and not self._budget.spent:
                batch += await self._next(self._queue, self._queue.pop())
            yield batch
            size = min(2 * size, _LARGEST_BATCH)

    def left(self) -> Counter[str]:
        """Sitemaps that wait for another run, by the outlet's own listing that led to them."""
        found = Counter(each.source for each in (*self._queue, *self._unfinished))
        read = {waiting.source for waiting, _ in self._read}
        for source, count in (self._kept.left if self._kept and self._backfill else {}).items():
            found[source] = max(found[source], count if source not in read else 0)
        return +found

    def waiting(self) -> set[str]:
        """The addresses of the sitemaps that wait for another run."""
        return {each.child.url for each in (*self._queue, *self._unfinished)}

    def looks(self, readings: Iterable[Reading]) -> list[tuple[str, ListingState | None]]:
        """What each look at a listing of the day is to leave for the next run; those that are gone leave nothing."""
        current = (reading for reading in readings if reading.via != "archive_sitemap")
        return [(reading.url, reading.state) for reading in current if not reading.gone]

    def next_backfill(self, unsettled: Collection[str]) -> dict[str, Any] | None:
        """How far the archive was read, for the next run; None where nothing is left. `unsettled` are the listings of
        which a story had no verdict."""
        if self._backfill is None or self._job.limit:  # a run for a few pages orders no more than those
            return self._kept.to_json() if self._kept else None
        archived = [(waiting, reading) for waiting, reading in self._read if waiting.via == "archive_sitemap"]
        undone = {waiting.child.url for waiting, reading in archived if not _whole(reading, unsettled)}
        undone |= {waiting.child.url for waiting in self._unfinished}
        left = self.left() + Counter({w.child.url: w.source for w, _ in archived if w.child.url in undone}.values())
        done = {w.child: self._now for w, r in archived if w.child.url not in undone and not r.children}
        return self._backfill.went_on(self._kept, done, +left)

    async def _source(self, url: str, via: Via) -> list[Reading]:
        if self._seen(url):
            return []
        first = await self._look.at(url, via)
        first = await with_further_pages(first, partial(self._page, via=via), self._job.since)
        queue = Queue()
        queue.add(self._worth_reading(first, Waiting(Child(url, None), via, url, since=self._job.since)))
        readings = [first]
        while queue and len(readings) <= _AT_ONCE and not self._budget.spent:
            readings += await self._next(queue, queue.pop())
        self._queue.add(queue)
        return readings

    async def _page(self, url: str, via: Via) -> Reading | None:
        """A further page of a feed; None where it is left for another run, or was read already."""
        if self._budget.spent or self._seen(url):
            return None
        reading = await self._look.at(url, via)
        self._budget.take(sitemaps=1, unpacked=reading.unpacked, listed=reading.listed)
        return reading

    def _add_archives(self) -> None:
        if self._backfill is None:
            return
        since = self._backfill.since
        for source in self._site.archive_sitemaps:
            for address in archive_addresses(source.url, since, self._now):
                if not self._backfill.has_done(Child(address, None), self._now):
                    until = period_end(address) or self._now
                    self._queue.add([Waiting(Child(address, None), "archive_sitemap", source.url, until, since)])

    async def _next(self, queue: Queue, waiting: Waiting) -> list[Reading]:
        """Reads one sitemap, all its pages if it has some; what it names joins the queue."""
        readings: list[Reading] = []
        seen: set[str] = set()
        for page in range(1, _MOST_PAGES + 1):
            address = waiting.child.url.replace("{page}", str(page))
            if self._seen(address):
                break
            reading = replace(await self._look.at(address, waiting.via), since=waiting.since)
            readings.append(reading)
            self._budget.take(sitemaps=1, unpacked=reading.unpacked, listed=reading.listed)
            self._read.append((waiting, reading))
            queue.add(self._worth_reading(reading, waiting))
            fresh = {listing.url for listing in reading.listings} - seen
            seen |= fresh
            if not paged(waiting.child.url) or not fresh:
                break
            if self._budget.spent or page == _MOST_PAGES:
                self._unfinished.append(waiting)
                break
        return readings

    def _worth_reading(self, reading: Reading, waiting: Waiting) -> list[Waiting]:
        """The sitemaps that an index names, those left out in which nothing new can be."""
        children = [child for child in reading.children if not too_old(child, waiting.since, among=reading.children)]
        if waiting.via == "archive_sitemap":
            backfill = self._backfill
            children = [each for each in children if not (backfill and backfill.has_done(each, self._now))]
        else:
            before = self._known.get(reading.url)
            dealt_with, of = frozenset(before.children) if before else frozenset[Child](), len(reading.children)
            children = [
                each
                for each in children
                if still_changing(each, self._known.get(each.url), dealt_with, self._now, of=of)
            ]
        dated = newest_first(children, self._known)
        return [replace(waiting, child=each.child, until=each.until) for each in dated]

    def _seen(self, url: str) -> bool:
        """Whether a listing was asked for in this run; it is from now on."""
        address = urldefrag(url)[0]
        seen = address in self._asked
        self._asked.add(address)
        return seen


def _whole(reading: Reading, unsettled: Collection[str]) -> bool:
    """Whether nothing about an archive's sitemap is left to be done; one that does not exist is read."""
    return reading.status in {"200", "304", "404", "410"} and reading.url not in unsettled
