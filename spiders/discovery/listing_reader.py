"""Reading one outlet's listings: conditional requests, indexes followed, archive sitemaps walked back."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from broadtape.capture import Listing, Via
from broadtape.site import Site
from broadtape.urls import url_id
from spiders.crawl_context import CrawlContext
from spiders.discovery.archive_sitemaps import archive_addresses, paged
from spiders.discovery.feeds import parse_feed
from spiders.discovery.listing_state import ListingState
from spiders.discovery.section_pages import parse_section
from spiders.discovery.sitemaps import Child, parse_sitemap
from spiders.download.failure_reasons import why
from spiders.download.wire_capture import Wire, wire_of
from spiders.fetching import Fetch
from spiders.policy.refused import Ending, Refused

if TYPE_CHECKING:
    from scrapy.http import Response

__all__ = ["ListingReader", "Reading", "advanced"]

_DEEPEST = 3
_LATENESS = timedelta(minutes=10)
"""A sitemap may be a little older than its index says."""
_MOST_CHILDREN = 50
_MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one listing."""

    url: str
    via: Via
    status: str
    """`200`, `304`, another HTTP status, `not due`, or why it could not be read."""
    listings: tuple[Listing, ...] = ()
    state: ListingState | None = None
    """To be kept once everything listed has been dealt with."""
    refused: Refused | None = None
    """Set where the listing itself may not be fetched."""
    unchanged: bool = False
    """Whether it came back as it was."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    listings: tuple[Listing, ...] = ()
    children: tuple[Child, ...] = ()
    ttl: float | None = None


Parse = Callable[["Response", bytes], _Parsed]


class ListingReader:
    """Reads the listings of one outlet, with what was remembered of them."""

    def __init__(self, run: CrawlContext, site: Site, fetch: Fetch, state: Mapping[str, Any]) -> None:
        self._run, self._site, self._fetch, self._job, self._now = run, site, fetch, run.job, run.now()
        self._live = run.recording is None
        self._most = self._job.limits.max_decompressed_bytes
        kept = {url: ListingState.from_json(values) for url, values in state.items()} if self._live else {}
        self._state = {url: values for url, values in kept.items() if values}

    async def current(self) -> list[Reading]:
        """Feeds, news sitemaps and section pages, side by side; in that order."""
        looks = [
            *(self._read(source.url, "feed", self._feed) for source in self._site.feeds),
            *(self._read(source.url, "news_sitemap", self._news) for source in self._site.news_sitemaps),
            *(self._read(source.url, "section", self._section) for source in self._site.sections),
        ]
        return [reading for found in await asyncio.gather(*looks) for reading in found]

    async def archived(self) -> AsyncIterator[Reading]:
        """The outlet's archive sitemaps, from now back to the job's `since`; nothing without one."""
        since = self._job.since
        if since is None:
            return
        for source in self._site.archive_sitemaps:
            for address in archive_addresses(source.url, since, self._now):
                async for reading in self._pages(address):
                    yield reading

    async def _pages(self, address: str) -> AsyncIterator[Reading]:
        seen: set[int] = set()
        for page in range(1, _MOST_PAGES + 1):
            for reading in await self._read(address.replace("{page}", str(page)), "archive_sitemap", self._archive):
                yield reading
                fresh = {url_id(listing.url) for listing in reading.listings} - seen
                seen |= fresh
            if not paged(address) or not fresh:
                return

    async def _read(self, url: str, via: Via, parse: Parse, depth: int = 1) -> list[Reading]:
        """One listing, and where it is an index what it names."""
        known = self._state.get(url) if via != "archive_sitemap" else None
        if known and not self._job.force and not known.due(self._now):
            return [Reading(url, via, "not due", state=known)]
        conditions = known.conditions(self._now) if known else {}
        try:
            response = await self._fetch(url, role="listing", headers=conditions)
            reading, children = await self._answered(url, via, response, known, parse, conditional=bool(conditions))
        except Ending:
            raise
        except Refused as refused:
            return [Reading(url, via, refused.told, refused=refused)]
        except Exception as error:  # one listing's trouble is its own; the poll's note says what it was
            return [Reading(url, via, why(error))]
        if depth >= _DEEPEST or not children:
            return [reading]
        dealt_with = frozenset(known.children) if known else frozenset()
        worth = [child.url for child in children if self._worth_reading(child, via, dealt_with)]
        below = await asyncio.gather(*(self._read(child, via, parse, depth + 1) for child in worth))
        return [reading, *(found for readings in below for found in readings)]

    async def _answered(
        self, url: str, via: Via, response: Response, known: ListingState | None, parse: Parse, *, conditional: bool
    ) -> tuple[Reading, tuple[Child, ...]]:
        wire = wire_of(response)
        digest = hashlib.sha256(wire.body).hexdigest()
        if known and (wire.status == 304 or (wire.status == 200 and digest == known.sha256)):
            state = known.looked(self._now, conditional=conditional)
            return Reading(url, via, str(wire.status), state=state, unchanged=True), known.children
        if wire.status != 200:
            return Reading(url, via, str(wire.status)), ()
        try:
            # Some listings are megabytes: the other outlets' traffic goes on meanwhile.
            parsed = await asyncio.to_thread(parse, response, response.body)
        except ValueError as error:
            return Reading(url, via, f"unreadable: {error}"), ()
        undated = self._now - timedelta(days=36_500)
        newest = sorted(parsed.children, key=lambda child: child.modified_at or undated, reverse=True)
        children = tuple(newest[:_MOST_CHILDREN])
        state = _new_state(wire, digest, parsed.ttl, children, self._run.now())
        listings = tuple(replace(listing, listed_in=url, via=via) for listing in parsed.listings)
        return Reading(url, via, "200", listings, state if via != "archive_sitemap" else None), children

    def _worth_reading(self, child: Child, via: Via, dealt_with: Collection[Child]) -> bool:
        """Whether an index's child may hold anything new, by the time that the index gives it.

        `dealt_with` are the children, each with its time, of which the last look left nothing undone. A child whose
        time is another is read again even if that time has long passed: outlets' clocks and time zones are their own.
        """
        if child.modified_at is None:
            return True
        # A bare date stands for the whole of its day.
        touched = child.modified_at + (timedelta(days=1) if child.modified_at.time() == time.min else _LATENESS)
        if via == "archive_sitemap":
            return self._job.since is None or touched >= self._job.since
        known = self._state.get(child.url)
        return known is None or child not in dealt_with or touched > known.polled_at

    def _feed(self, response: Response, body: bytes) -> _Parsed:
        content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
        feed = parse_feed(body, response.url, content_type=content_type)
        return _Parsed(feed.listings, ttl=feed.ttl.total_seconds() if feed.ttl else None)

    def _news(self, response: Response, body: bytes) -> _Parsed:
        sitemap = parse_sitemap(body, response.url, most_bytes=self._most)
        return _Parsed(sitemap.listings, sitemap.children)

    def _archive(self, response: Response, body: bytes) -> _Parsed:
        sitemap = parse_sitemap(body, response.url, most_bytes=self._most, via="archive_sitemap")
        return _Parsed(sitemap.listings, sitemap.children)

    def _section(self, response: Response, body: bytes) -> _Parsed:
        return _Parsed(parse_section(body, response.url, self._site, encoding=getattr(response, "encoding", None)))


def _new_state(wire: Wire, digest: str, ttl: float | None, children: tuple[Child, ...], now: datetime) -> ListingState:
    return ListingState(
        polled_at=now,
        read_at=now,
        etag=wire.header(b"etag"),
        last_modified=wire.header(b"last-modified"),
        sha256=digest,
        ttl=ttl,
        children=children,
    )


def advanced(
    before: Mapping[str, Any], site: Site, readings: Collection[Reading], unsettled: Collection[str]
) -> dict[str, Any]:
    """The state of the outlet's listings for the next run; those in `unsettled` stay as they were `before`."""
    own = {source.url for source in (*site.feeds, *site.news_sitemaps, *site.sections)}
    own |= {child.url for kept in before.values() if (was := ListingState.from_json(kept)) for child in was.children}
    after = {url: kept for url, kept in before.items() if url in own}
    for reading in readings:
        if reading.state and reading.url not in unsettled:
            after[reading.url] = reading.state.to_json()
    return after
