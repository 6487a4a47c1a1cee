"""What the answer to a story's request means: kept, unchanged, passed over, gone or failed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from broadtape.archive.address_lookups import blocked_at
from broadtape.capture.passing_trouble import attempts
from broadtape.rights.page_signals import page_signals
from broadtape.site import Site
from spiders.crawl_context import CrawlContext
from spiders.download.capture_recorder import CaptureRecorder
from spiders.download.failure_reasons import why
from spiders.download.wire_capture import Wire, wire_of
from spiders.planning.fetch_plan import Plan
from spiders.policy.fetch_policy import FetchPolicy
from spiders.policy.refused import Ending, Refused
from spiders.policy.rights import Rights

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from spiders.planning.stories import Story

__all__ = ["Answers"]

_GONE = {404, 410}
_PASSING = {408, 420, 425, 429}
"""What says nothing of the page that was asked for."""
_JUST_AFTER = timedelta(milliseconds=1)


class Answers:
    """Writes down what became of each story of one outlet's plan, and settles it there."""

    def __init__(
        self, run: CrawlContext, site: Site, recorder: CaptureRecorder, policy: FetchPolicy, plan: Plan
    ) -> None:
        self._run, self._site, self._recorder, self._policy, self._plan = run, site, recorder, policy, plan
        self._behind: list[timedelta] = []

    def notices(self) -> list[str]:
        """That the clock is behind, if it is."""
        if not self._behind:
            return []
        pages, most = len(self._behind), max(self._behind)
        return [
            f"this machine's clock is behind: it dates {pages} {'page' if pages == 1 else 'pages'} up to "
            f"{most.total_seconds():,.0f} seconds before what the archive has of the same stories already; "
            "they are dated just after that instead"
        ]

    async def came(self, response: Response) -> None:
        """A response came."""
        assert response.request is not None
        story: Story = response.request.meta["story"]
        wire = self._in_order(wire_of(response), story)
        asked = (response.request.meta.get("redirect_urls") or [wire.url])[0]
        if wire.status == 304 and story.held:
            rights = await self._policy.rights(wire.url)
            self._recorder.unchanged(wire, story.listing, asked=asked, rights=rights, digest=story.digest)
            self._plan.settle(story.id)
        elif wire.carries_page:
            await self._page(response, story, wire, asked)
        elif wire.status in _GONE and story.held:
            self._recorder.gone(story.listing, wire.status, wire.date)
            self._plan.settle(story.id)
        else:
            self._failed(story, str(wire.status), wire)

    def _in_order(self, wire: Wire, story: Story) -> Wire:
        """The answer as of no time before what is known of the story: a correction must not come before its text."""
        last = story.row.fetched_at if story.row and self._run.recording is None else None
        if last is None or wire.date > last:
            return wire
        self._behind.append(last - wire.date)
        return replace(wire, date=last + _JUST_AFTER)

    async def _page(self, response: Response, story: Story, wire: Wire, asked: str) -> None:
        rights = await self._policy.rights(wire.url)
        signals = page_signals(wire.headers, response.body, self._run.job.limits.user_agent)
        if signals.reserved:
            rights = Rights("reserved", wire.date)
        reason = await self._why_not_kept(wire, asked, noarchive=signals.noarchive, tdm=signals.tdm)
        if reason:
            self._recorder.skipped(story.listing, reason, row=story.row, rights=rights, wire=wire)
        elif story.held and story.digest == wire.payload_sha256:
            self._recorder.unchanged(wire, story.listing, asked=asked, rights=rights, digest=wire.payload_sha256)
        else:
            self._recorder.story(wire, story.listing, asked=asked, rights=rights)
        self._plan.settle(story.id)

    async def _why_not_kept(self, wire: Wire, asked: str, *, noarchive: bool, tdm: bool) -> str | None:
        if noarchive:
            return "rights: noarchive"
        if tdm and self._run.recording is None:
            return "rights: tdm-reservation"
        if wire.url == asked:
            return None
        # A redirect may have led to a page that would never have been asked for.
        pattern = self._site.not_article_reason(wire.url) or ""
        if pattern.startswith("excluded"):
            return f"pattern: {pattern}"
        rules = self._site.address_rules
        blocked = await asyncio.to_thread(blocked_at, self._run.archive.decisions, [wire.url], rules)
        return "forgotten" if blocked else None

    def failed(self, request: Request, error: BaseException) -> None:
        """No response came, or none that could be taken."""
        story: Story = request.meta["story"]
        if isinstance(error, Ending):
            return
        if isinstance(error, Refused) and not error.failed:
            if not story.held:
                self._recorder.skipped(story.listing, error.reason, row=story.row)
            if not error.later:
                self._plan.settle(story.id)
            return
        self._failed(story, why(error), None)

    def _failed(self, story: Story, reason: str, wire: Wire | None) -> None:
        refused = wire is not None and 400 <= wire.status < 500 and wire.status not in _PASSING
        if story.held and not refused:
            # The archive's text stands, and the story stays due; a server that says no is asked ever more rarely.
            self._recorder.look_failed()
            return
        self._plan.retry(story)
        self._recorder.failed(story.listing, reason, wire=wire, attempts=attempts(story.row) + 1)
