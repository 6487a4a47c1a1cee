"""The spider: one for all outlets, driven by what an outlet's file says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from scrapy import Request, Spider
from twisted.python.failure import Failure

from broadtape.errors import BroadtapeError
from broadtape.site import Site
from broadtape.urls import url_id
from spiders.discovery.reader import ListingReader, Reading
from spiders.events import ListingRead, OutletEnd
from spiders.gate import Gate, Rights
from spiders.logbook import Logbook
from spiders.planning import Plan, Story
from spiders.refused import Ending, Refused
from spiders.rights import page_signals
from spiders.run import Run
from spiders.trouble import why
from spiders.verdicts import attempts
from spiders.warc import Wire, wire_of

if TYPE_CHECKING:
    from scrapy.http import Response

__all__ = ["OutletSpider"]

Role = Literal["story", "listing", "host file"]
_PRIORITY: dict[Role, int] = {"host file": 3_000_000, "listing": 2_000_000, "story": 1_000_000}
_GONE = {404, 410}


class OutletSpider(Spider):
    """Crawls one outlet: reads its listings, chooses stories, fetches them, writes them down as WARC."""

    name = "outlet"

    def __init__(self, run: Run | None = None, site: Site | None = None, **kwargs: Any) -> None:
        if run is None or site is None:
            raise ValueError("This spider is started by 'broadtape run'; it cannot be run by 'scrapy crawl'.")
        super().__init__(name=site.name, **kwargs)
        self.run, self.site = run, site
        self.ending = asyncio.Event()
        self.logbook = Logbook(run, site)
        self.gate = Gate(self)
        self.plan = Plan(self)
        self.trouble: str | None = None
        self.readings: list[Reading] = []
        self.state: dict[str, Any] = {}
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
            self.state = await asyncio.to_thread(self.run.archive.load_state, self.site.name)
            self.gate.remember(self.state)
        reader = ListingReader(self, self.state.get("listings") or {})
        self.readings = await reader.current()
        await self.plan.add(self.readings)
        await self.plan.add_retries(self.state.get("retries") or [])
        async for reading in reader.archived():
            self.readings.append(reading)
            await self.plan.add([reading])
            if self.plan.full:
                break
        if self.run.recording is None and self.site.access != "metadata":
            await self.plan.add_second_looks()

    async def fetch(self, url: str, *, role: Role, headers: Mapping[str, str] | None = None) -> Response:
        """One page for the crawl's own use: a listing or a host file. Raises Ending once the outlet is to end."""
        if self.ending.is_set():
            raise Ending("the crawl is ending")
        meta = {"role": role, "max_retry_times": 1} if role == "host file" else {"role": role}
        request = Request(url, headers=dict(headers or {}), meta=meta, priority=_PRIORITY[role])
        return await self.crawler.engine.download_async(request)

    def _request(self, story: Story, place: int) -> Request:
        self.logbook.counts.to_fetch += 1
        headers = {}
        if story.held and story.conditional and story.row:
            asked = {"If-None-Match": story.row.etag, "If-Modified-Since": story.row.last_modified}
            headers = {name: value for name, value in asked.items() if value}
        return Request(
            story.listing.url,
            headers=headers,
            meta={"role": "story", "story": story},
            priority=_PRIORITY["story"] - place,
            callback=self.parse_story,
            errback=self.give_up,
        )

    async def parse_story(self, response: Response) -> None:
        """A page came: kept, passed over, or a failure, and written down as such."""
        assert response.request is not None
        story: Story = response.request.meta["story"]
        wire = wire_of(response)
        asked = (response.request.meta.get("redirect_urls") or [wire.url])[0]
        if wire.status == 304 and story.held:
            rights = await self.gate.rights(wire.url)
            self.logbook.unchanged(wire, story.listing, asked=asked, rights=rights, digest=_digest(story))
            self.plan.settle(story.id)
        elif wire.status == 200:
            await self._page(response, story, wire, asked)
        elif wire.status in _GONE and story.held:
            self.logbook.gone(story.listing, wire.status, wire.date)
            self.plan.settle(story.id)
        else:
            self._failed(story, str(wire.status), wire)

    async def _page(self, response: Response, story: Story, wire: Wire, asked: str) -> None:
        rights = await self.gate.rights(wire.url)
        signals = page_signals(wire.headers, response.body, self.run.job.limits.user_agent)
        if signals.reserved:
            rights = Rights("reserved", wire.date)
        reason = await self._why_not_kept(wire, asked, noarchive=signals.noarchive, tdm=signals.tdm)
        if reason:
            self.logbook.skipped(story.listing, reason, row=story.row, rights=rights, wire=wire)
        elif story.held and _digest(story) == wire.payload_sha256:
            self.logbook.unchanged(wire, story.listing, asked=asked, rights=rights, digest=wire.payload_sha256)
        else:
            self.logbook.story(wire, story.listing, asked=asked, rights=rights)
        self.plan.settle(story.id)

    async def _why_not_kept(self, wire: Wire, asked: str, *, noarchive: bool, tdm: bool) -> str | None:
        if noarchive:
            return "rights: noarchive"
        if tdm and self.run.recording is None:
            return "rights: tdm-reservation"
        if wire.url == asked:
            return None
        pattern = self.site.not_article_reason(wire.url) or ""
        if pattern.startswith("excluded"):
            return f"pattern: {pattern}"
        final = url_id(wire.url)
        return "forgotten" if final in await asyncio.to_thread(self.run.archive.blocked, {final}) else None

    def give_up(self, failure: Failure) -> None:
        """No page came."""
        request = failure.request  # type: ignore[attr-defined]
        story: Story = request.meta["story"]
        error = failure.value
        assert error is not None
        if isinstance(error, Ending):
            return
        if isinstance(error, Refused) and not error.failed:
            if not story.held:
                self.logbook.skipped(story.listing, error.reason, row=story.row)
            if not error.later:
                self.plan.settle(story.id)
            return
        self._failed(story, why(error), None)

    def _failed(self, story: Story, reason: str, wire: Wire | None) -> None:
        if story.held:
            self.logbook.look_failed()
            return
        self.plan.retry(story)
        tried = attempts(story.row) + 1
        self.logbook.failed(
            story.listing,
            reason,
            status=wire.status if wire else None,
            attempts=tried,
            at=wire.date if wire else None,
        )

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
        self.logbook.tick()

    def closed(self, reason: str) -> None:
        """Scrapy's last word: the outlet's segments are closed and its end is told."""
        self.ending.set()
        if self._clock:
            self._clock.cancel()
        finish_reason = self._reason or ("error" if self.trouble else reason)
        self.logbook.close()
        seconds = time.monotonic() - self._began
        reads = tuple(
            ListingRead(reading.url, reading.status, len(reading.listings), self.plan.new.get(reading.url, 0))
            for reading in self.readings
        )
        # What robots.txt forbids is no trouble of ours; the reasons are told all the same.
        broken = [read for read in reads if read.failed and read.status != "robots"]
        if self.trouble is None and broken and all(read.failed for read in reads):
            self.trouble = f"No listing of {self.site.name} could be read: {broken[0].url}: {broken[0].status}."
        self.logbook.poll(reads, finish_reason, seconds, self.trouble)
        self.run.emit(
            OutletEnd(
                site=self.site.name,
                finish_reason=finish_reason,
                counts=replace(self.logbook.counts),
                listings=reads,
                seconds=round(seconds, 3),
                state=self._next_state(),
                trouble=self.trouble,
            )
        )

    def _next_state(self) -> dict[str, Any] | None:
        """What the next run may build on: a listing's validators only once all that it listed has its verdict."""
        if self.run.recording is not None or self.run.job.urls or self.run.error:
            return None
        unsettled = {address for addresses in self.plan.open.values() for address in addresses}
        before: dict[str, Any] = self.state.get("listings") or {}
        current = {source.url for source in (*self.site.feeds, *self.site.news_sitemaps, *self.site.sections)}
        current |= {child for kept in before.values() for child in kept.get("children", ())}
        listings = {url: kept for url, kept in before.items() if url in current}
        for reading in self.readings:
            if reading.state and reading.url not in unsettled:
                listings[reading.url] = reading.state.to_json()
            elif reading.url in before:
                listings[reading.url] = before[reading.url]
        return {"listings": listings, "retries": self.plan.retries_to_state(), **self.gate.to_state()}


def _digest(story: Story) -> str | None:
    return story.row.payload_sha256 if story.row else None
