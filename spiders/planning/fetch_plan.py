"""From listings to the stories that this run fetches: known ones left out, newest first, within the budget."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from statistics import median

from broadtape.archive.address_lookups import blocked_at, known_at
from broadtape.capture import Capture, Listing
from broadtape.crawl.events import Moved
from broadtape.site import Site
from broadtape.urls import url_id
from spiders.crawl_context import CrawlContext
from spiders.discovery.reading import Reading
from spiders.download.capture_recorder import CaptureRecorder
from spiders.planning.changing_parameters import ChangingParameters
from spiders.planning.refetch_policy import Want, due_again, want
from spiders.planning.stories import Story, carried, from_row, together
from spiders.planning.turnover import Turnover
from spiders.policy.fetch_policy import FetchPolicy
from spiders.policy.refused import Refused

__all__ = ["Plan"]

_NO_TIME = datetime.min.replace(tzinfo=UTC)
_OVER_BUDGET = "over budget"
_SAME_SHIFT = 120.0
"""Seconds: feeds round, and so do pages."""
_BREATH = 50
"""Stories decided on before the other outlets get a turn."""


class Plan:
    """What one outlet's run does with what was listed.

    `open` holds, by `url_id`, the listings' addresses of every story that has had no verdict yet: what is still there
    at the end must be found again by the next run, so those listings' validators are not advanced.
    """

    def __init__(self, run: CrawlContext, site: Site, recorder: CaptureRecorder, policy: FetchPolicy) -> None:
        self._run, self._site, self._recorder, self._policy = run, site, recorder, policy
        self._job = run.job
        self._rules = site.address_rules
        self.parameters = ChangingParameters(self._rules)
        self.budget = min(self._site.max_pages_per_run, self._job.limit or self._site.max_pages_per_run)
        self.stories: list[Story] = []
        self.open: dict[int, set[str]] = {}
        self.retries: dict[int, Listing] = {}
        """Stories that failed and are to be tried again, kept in the state so that their listings need not be."""
        self._kept: dict[int, Listing] = {}
        self._seen: set[int] = set()
        self.new: dict[str, int] = {}
        """Stories the ledger had never heard of, by the address of the listing that named them first."""
        self.turnover = Turnover()
        self._shifts: list[tuple[float, str]] = []

    @property
    def full(self) -> bool:
        """Whether the budget is spent."""
        return len(self.stories) >= self.budget

    def moved(self) -> Moved | None:
        """How the listings' times of known stories compare with the ledger's."""
        if not self._shifts:
            return None
        middle = median(seconds for seconds, _ in self._shifts)
        agreeing = [url for seconds, url in self._shifts if abs(seconds - middle) <= _SAME_SHIFT]
        return Moved(middle, len(agreeing), len(self._shifts), tuple(agreeing[:3]))

    def _compare_times(self, story: Story) -> None:
        if story.held and story.row and story.row.published_at and story.listing.published_at:
            shift = (story.listing.published_at - story.row.published_at).total_seconds()
            self._shifts.append((shift, story.listing.url))

    def settle(self, story_id: int) -> None:
        """The story has its verdict."""
        self.open.pop(story_id, None)

    def retry(self, story: Story) -> None:
        """The story's verdict is that another run tries again."""
        self.settle(story.id)
        self.retries[story.id] = story.listing

    async def add(self, readings: Collection[Reading]) -> None:
        """Decides on everything that was just listed."""
        # Some sitemaps list fifty thousand addresses, and telling them apart takes a moment each.
        readings = await asyncio.to_thread(self.parameters.resolve, readings)
        merged = await asyncio.to_thread(self._merged, readings)
        barred = {
            self._id(reading.url): reading for reading in readings if reading.refused and not reading.refused.failed
        }
        if not merged and not barred:
            return
        listed = {listing.url for listing in merged.values()}
        known = await self._known({*listed, *(reading.url for reading in barred.values())})
        blocked = await self._blocked(listed)
        for reading in readings:
            # What another listing named earlier in this run counts as known: nobody looks it up again.
            self.turnover.note(reading, lambda url: (number := self._id(url)) in known or number not in merged)
        for number, reading in barred.items():
            assert reading.refused is not None
            self._recorder.skipped(Listing(reading.url, via=reading.via), reading.refused.reason, row=known.get(number))
        self._recorder.counts.discovered += sum(self.open.get(number, set()) != {""} for number in merged)
        chosen: list[Story] = []
        for place, (number, listing) in enumerate(merged.items()):
            if place % _BREATH == 0:
                await asyncio.sleep(0)
            row = known.get(number)
            story = Story(carried(listing, row, self._run.listed_at(listing)), row, rules=self._rules)
            self._compare_times(story)
            if number in blocked:
                self.settle(number)
            elif await self._wanted(story):
                chosen.append(story)
        await self._take(chosen)

    def remember(self, retries: Iterable[Listing]) -> None:
        """Takes the stories that failed in earlier runs."""
        self._kept = {self._id(listing.url): listing for listing in retries}

    async def add_retries(self) -> None:
        """Decides on the remembered stories, whose listings may not name them any more."""
        await self.add([Reading("", "feed", "200", tuple(self._kept.values()))])

    def unfetched(self) -> tuple[Listing, ...]:
        """The stories that the next run is to try again: those that failed, and remembered ones still undecided."""
        waiting = {n: listing for n, listing in self._kept.items() if n in self.open or n not in self._seen}
        return tuple({**waiting, **self.retries}.values())

    async def add_by_hand(self, urls: Collection[str]) -> None:
        """Addresses that somebody asks for: fetched whatever the ledger knows, unless something forbids it."""
        numbers = {self._id(url): url for url in urls}
        known, blocked = await self._known(urls), await self._blocked(urls)
        for number, url in numbers.items():
            row = known.get(number)
            listing = Listing(url, via="hand")
            seen = carried(listing, row, self._run.listed_at(listing))
            story = Story(seen, row, conditional=False, rules=self._rules)
            self._recorder.counts.discovered += 1
            if number in blocked:
                self._recorder.skipped(story.listing, "forgotten", row=row)
            elif not await self.refused(story):
                self.stories.append(story)

    def _merged(self, readings: Iterable[Reading]) -> dict[int, Listing]:
        """Each story once, with all that its listings say together; too old ones are left out without a word."""
        merged: dict[int, Listing] = {}
        for reading in readings:
            for listing in reading.listings:
                number = self._id(listing.url)
                if number in self._seen:
                    if number in self.open:
                        self.open[number].add(reading.url)
                elif not self._too_old(listing, reading.since or self._job.since):
                    merged[number] = together(merged[number], listing) if number in merged else listing
                    self.open.setdefault(number, set()).add(reading.url)
        self._seen |= set(merged)
        return merged

    def _too_old(self, listing: Listing, since: datetime | None) -> bool:
        said = [moment for moment in (listing.published_at, listing.modified_at) if moment]
        return since is not None and bool(said) and max(said) < since

    async def _wanted(self, story: Story) -> bool:
        """Whether the story is to be fetched; if not, its verdict is written down where it is news."""
        wish = want(story.listing, story.row, self._run.now())
        if wish is Want.LATER:
            self.retry(story)
            return False
        if wish is Want.SETTLED:
            self.settle(story.id)
            return False
        if wish is Want.NEW:
            self._recorder.counts.new += 1
            source = story.listing.listed_in or ""
            self.new[source] = self.new.get(source, 0) + 1
        return not await self.refused(story)

    async def refused(self, story: Story) -> bool:
        """Whether something forbids fetching the story, which is then written down."""
        url = story.listing.url
        try:
            self._policy.require_own(url)
            if self._run.recording is None and self._site.access == "metadata":
                self._require_pattern(url)
                self._recorder.metadata_only(story.listing, await self._policy.rights(self._site.homepage))
                self.settle(story.id)
                return True
            await self._policy.require(url, story=True)
            self._require_pattern(url)
        except Refused as refusal:
            self._recorder.skipped(story.listing, refusal.reason, row=story.row)
            if not refusal.later:
                self.settle(story.id)
            return True
        return False

    def _require_pattern(self, url: str) -> None:
        if pattern := self._site.not_article_reason(url):
            raise Refused(f"pattern: {pattern}")

    async def _take(self, chosen: list[Story]) -> None:
        """The newest within the budget; the rest are over it, and will be listed again."""
        chosen.sort(key=lambda story: story.listing.published_at or story.listing.modified_at or _NO_TIME, reverse=True)
        room = max(0, self.budget - len(self.stories))
        self.stories += chosen[:room]
        for place, story in enumerate(chosen[room:]):
            if place % _BREATH == 0:
                await asyncio.sleep(0)
            self._recorder.skipped(story.listing, _OVER_BUDGET, row=story.row)

    async def add_second_looks(self) -> None:
        """Recent stories whose time for another look has come, as far as the budget goes."""
        now = self._run.now()
        planned = {story.id for story in self.stories}
        rows = [row for row in await self._run.recent(self._site.name) if row.url and row.access != "metadata"]
        due = [row for row in rows if due_again(row, self._site.refetch_at_ages, now)]
        due.sort(key=lambda row: row.published_at or _NO_TIME, reverse=True)
        stories = [story for row in due if (story := Story(from_row(row), row, rules=self._rules)).id not in planned]
        blocked = await self._blocked({story.listing.url for story in stories})
        room = max(0, self.budget - len(self.stories))
        self.stories += [story for story in stories[:room] if story.id not in blocked]

    def _id(self, url: str) -> int:
        return url_id(url, self._rules)

    async def _known(self, urls: Collection[str]) -> dict[int, Capture]:
        return await asyncio.to_thread(known_at, self._run.archive.ledger, self._site.name, urls, self._rules)

    async def _blocked(self, urls: Collection[str]) -> set[int]:
        return await asyncio.to_thread(blocked_at, self._run.archive.decisions, urls, self._rules)
