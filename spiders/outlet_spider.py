"""The spider: one for all outlets, driven by what an outlet's file says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from twisted.python.failure import Failure

from broadtape.archive.opening import patiently
from broadtape.crawl.events import ListingRead, OutletEnd
from broadtape.errors import BroadtapeError
from broadtape.outlet_state import OutletState
from broadtape.site import Site
from broadtape.urls import request_url
from spiders.crawl_context import CrawlContext
from spiders.discovery.documents.extent import MOST_BYTES
from spiders.discovery.listing_reader import ListingReader
from spiders.discovery.listing_reads import listing_reads, moved_notices
from spiders.discovery.listing_state import advanced
from spiders.discovery.reading import Reading
from spiders.download.capture_recorder import CaptureRecorder
from spiders.download.response_handler import Answers
from spiders.fetching import Role
from spiders.planning.fetch_plan import Plan
from spiders.planning.stories import Story
from spiders.policy.fetch_policy import FetchPolicy
from spiders.policy.refused import Ending

if TYPE_CHECKING:
    from scrapy.http import Response

__all__ = ["OutletSpider"]

_PRIORITY: dict[Role, int] = {"host file": 3_000_000, "listing": 2_000_000, "story": 1_000_000}


_META: dict[Role, dict[str, Any]] = {"host file": {"max_retry_times": 1}, "listing": {"download_maxsize": MOST_BYTES}}


class OutletSpider(Spider):
    """Crawls one outlet: reads its listings, chooses stories, fetches them, writes them down as WARC."""

    name = "outlet"

    def __init__(self, run: CrawlContext | None = None, site: Site | None = None, **kwargs: Any) -> None:
        if run is None or site is None:
            raise ValueError("This spider is started by 'broadtape run'; it cannot be run by 'scrapy crawl'.")
        super().__init__(name=site.name, **kwargs)
        self.run, self.site = run, site
        self.ending = asyncio.Event()
        self.recorder = CaptureRecorder(run, site)
        self.policy = FetchPolicy(run, site, self.recorder, self.fetch, self.ending)
        self.plan = Plan(run, site, self.recorder, self.policy)
        self._answers = Answers(run, site, self.recorder, self.policy, self.plan)
        self._listings: ListingReader | None = None
        self.trouble: str | None = None
        self.readings: list[Reading] = []
        self.state = OutletState()
        self._reason: str | None = None
        self._clock: asyncio.TimerHandle | None = None
        self._began = time.monotonic()

    async def start(self) -> AsyncIterator[Request]:
        """The stories to fetch, newest first, once every listing has been read."""
        self._clock = asyncio.get_running_loop().call_later(self.run.job.outlet_seconds, self.end, "out of time")
        try:
            await self._choose()
        except Ending:
            return
        except BroadtapeError as error:
            self.trouble = str(error)
        except Exception as error:
            self.logger.exception("The listings could not be turned into a plan")
            self.trouble = f"The crawl met an error of its own: {type(error).__name__}: {error}"[:500]
        for place, story in enumerate(self.plan.stories):
            yield self._request(story, place)

    async def _choose(self) -> None:
        job = self.run.job
        if job.urls:
            mine = [url for url in job.urls if self.site.owns(url)]
            stray = [url for url in job.urls if not any(site.owns(url) for site in job.sites)]
            await self.plan.add_by_hand(mine + (stray if self.site == job.sites[0] else []))
            return
        if self.run.recording is None:
            load = partial(OutletState.load, self.run.archive, self.site.name)
            self.state = await asyncio.to_thread(patiently, load)
            self.policy.remember(self.state)
            self.plan.remember(self.state.retries)
            self.plan.parameters.remember(self.state.parameters)
        reader = ListingReader(self.run, self.site, self.fetch, self.state)
        self._listings = reader
        await self._add(await reader.current())
        await self.plan.add_retries()
        if not self.plan.full:
            async for batch in reader.rest():
                await self._add(batch)
                if self.plan.full:
                    break
        if self.run.recording is None and self.site.access != "metadata":
            await self.plan.add_second_looks()

    async def _add(self, readings: list[Reading]) -> None:
        await self.plan.add(readings)
        self.readings += [reading.counted() for reading in readings]

    async def fetch(self, url: str, *, role: Role, headers: Mapping[str, str] | None = None) -> Response:
        """One page for the crawl's own use: a listing or a host file. Raises Ending once the outlet is to end."""
        if self.ending.is_set():
            raise Ending("the crawl is ending")
        meta = {"role": role, **_META.get(role, {})}
        request = Request(url, headers=dict(headers or {}), meta=meta, priority=_PRIORITY[role])
        try:
            return await self.crawler.engine.download_async(request)
        except RuntimeError:
            if self.ending.is_set():  # the engine closed meanwhile
                raise Ending("the crawl is ending") from None
            raise

    def _request(self, story: Story, place: int) -> Request:
        self.recorder.counts.to_fetch += 1
        return Request(
            request_url(story.listing.url),
            headers=story.conditions,
            meta={"role": "story", "story": story},
            priority=_PRIORITY["story"] - place,
            callback=self.parse_story,
            errback=self.give_up,
        )

    async def parse_story(self, response: Response) -> None:
        """A page came."""
        await self._answers.came(response)

    def give_up(self, failure: Failure) -> None:
        """No page came."""
        assert failure.value is not None
        self._answers.failed(failure.request, failure.value)  # type: ignore[attr-defined]

    def end(self, reason: str) -> None:
        """Asks the outlet to finish what is under way; what waits is left for the next run."""
        if not self.ending.is_set():
            self._reason = reason
            self.ending.set()
            asyncio.ensure_future(self._close(reason))  # noqa: RUF006 - the engine holds on to it

    async def _close(self, reason: str) -> None:
        await self.crawler.engine.close_spider_async(reason=reason)

    def tick(self) -> None:
        """Called now and then: closes a segment that is old enough, tells how far the outlet has come."""
        self.recorder.tick()

    def closed(self, reason: str) -> None:
        """Scrapy's last word: the outlet's segments are closed and its end is told."""
        self.ending.set()
        if self._clock:
            self._clock.cancel()
        finish_reason = self._reason or ("error" if self.trouble else reason)
        seconds = time.monotonic() - self._began
        reads = self._reads()
        moved = self.plan.moved()
        trouble = self.trouble or self.run.error  # one for all, such as a full disk
        self.recorder.poll(reads, finish_reason, seconds, trouble, moved)
        self.recorder.close()
        self.run.emit(
            OutletEnd(
                site=self.site.name,
                finish_reason=finish_reason,
                counts=replace(self.recorder.counts),
                listings=reads,
                seconds=round(seconds, 3),
                state=self._next_state(),
                trouble=trouble,
                moved=moved,
                notices=(
                    *self.plan.parameters.notices(),
                    *self._answers.notices(),
                    *moved_notices(reads, self.site),
                ),
            )
        )

    def _reads(self) -> tuple[ListingRead, ...]:
        left = self._listings.left() if self._listings else {}
        reads = listing_reads(self.readings, self.plan.new, left, self.plan.turnover.gone_by)
        # What robots.txt forbids is no trouble of ours; the reasons are told all the same.
        broken = [read for read in reads if read.failed and read.status != "robots"]
        if self.trouble is None and broken and all(read.failed for read in reads):
            self.trouble = f"No listing of {self.site.name} could be read: {broken[0].url}: {broken[0].status}."
        return reads

    def _next_state(self) -> OutletState | None:
        if self.run.recording is not None or self.run.job.urls or self.run.error:
            return None
        unsettled = {address for addresses in self.plan.open.values() for address in addresses}
        undecided = set(unsettled)
        if self.run.job.since:
            # What was passed over as too old for this order was not dealt with.
            unsettled |= {reading.url for reading in self.readings}
        robots, tdm = self.policy.known()
        known = replace(
            self.state,
            retries=self.plan.unfetched(),
            parameters=self.plan.parameters.to_state(),
            robots=robots,
            tdm=tdm,
            trouble=None,
            alerts=(),
        )
        reader = self._listings
        if reader is None:
            return known
        looks, waiting = reader.looks(self.readings), reader.waiting()
        listings = advanced(self.state.listings, self.site, looks, unsettled=unsettled, waiting=waiting)
        return replace(known, listings=listings, backfill=reader.next_backfill(undecided) or {})
