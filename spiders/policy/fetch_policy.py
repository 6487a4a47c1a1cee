"""May we fetch this? Host, address, robots.txt and reservations: asked of every page, listing and redirect."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from broadtape.outlet_state import OutletState
from broadtape.rights.robots import Robots
from broadtape.rights.tdm import TDMREP, TdmRep
from broadtape.site import Site
from broadtape.urls import host_of
from spiders.crawl_context import CrawlContext
from spiders.download.capture_recorder import CaptureRecorder
from spiders.download.failure_reasons import why
from spiders.download.wire_capture import wire_of
from spiders.fetching import Fetch
from spiders.policy.once import Once
from spiders.policy.refused import Ending, Refused
from spiders.policy.rights import Rights
from spiders.policy.ssrf import literal_address, why_private

if TYPE_CHECKING:
    from scrapy.http import Response

__all__ = ["FetchPolicy"]

T = TypeVar("T")
_RESERVING = ("ai-train", "ai-input", "train-ai")
_LONGEST_URL = 2_000


class FetchPolicy:
    """One outlet's rules about what may be fetched."""

    def __init__(
        self, run: CrawlContext, site: Site, recorder: CaptureRecorder, fetch: Fetch, ending: asyncio.Event
    ) -> None:
        self._run, self._site, self._recorder, self._fetch, self._ending = run, site, recorder, fetch, ending
        self._token = run.job.limits.user_agent
        self._live = run.recording is None
        grant = self._site.allow_robots_token
        self._granted = grant is not None and re.fullmatch(grant, self._token, re.IGNORECASE) is not None

    async def require(self, url: str, *, story: bool = False) -> None:
        """Raises Refused, with the reason for the ledger, unless `url` may be fetched; as a story, if it is one."""
        self.require_own(url)
        if self._live:
            self._run.throttles[host_of(url)].require_awake()
        robots = await self.robots(url)
        if self._live:
            self._run.throttles[host_of(url)].require_awake()
        reason = await self._refusal(robots, url)
        if reason:
            raise Refused(reason, detail=robots.unavailable, later=robots.unavailable is not None)
        # A recording is the operator's own material: its reservations are noted, and do not hold it back.
        if story and self._live:
            if robots.signals(self._token).get("search") is False:
                raise Refused("rights: content-signal search=no")
            if (await self.tdmrep(url)).reserves(url):
                raise Refused("rights: tdm-reservation")

    async def _refusal(self, robots: Robots, url: str) -> str | None:
        if robots.long:
            return await asyncio.to_thread(robots.refusal, url, self._token, granted=self._granted)
        return robots.refusal(url, self._token, granted=self._granted)

    def require_own(self, url: str) -> None:
        """Raises Refused unless `url` lies on one of the outlet's hosts, on the kind of network it is meant to."""
        self.require_reachable(url)
        if not self._site.owns(url):
            raise Refused("foreign host")

    def require_host_file(self, url: str, *, asked: str) -> None:
        """Raises Refused unless a host's file may be fetched at `url`, where a redirect from `asked` may have led.

        That may be any public host; for an outlet on a private network, another port of the same host.
        """
        self.require_reachable(url)
        if self._site.network == "private" and urlsplit(url).hostname == urlsplit(asked).hostname:
            self._run.allow_private(url)

    def require_reachable(self, url: str) -> None:
        """Raises Refused unless `url` is a web address on the kind of network that the outlet is meant to lie on."""
        try:
            parts = urlsplit(url)
            odd = "@" in parts.netloc or "\\" in url or len(url) > _LONGEST_URL
        except ValueError:
            odd = True
        if odd:
            raise Refused("malformed address")
        if parts.scheme not in {"http", "https"}:
            raise Refused("neither http nor https")
        address = literal_address(parts.hostname or "")
        why = why_private(address) if address else None
        if why and self._site.network == "public" and self._live:
            raise Refused(f"private address: {why}")

    async def rights(self, url: str) -> Rights:
        """What the host of `url` says of all its pages."""
        robots = await self.robots(url)
        if not robots.recorded or robots.unavailable:
            return Rights("unknown", None)
        signals = robots.signals(self._token)
        tdm = self._live and (await self.tdmrep(url)).reserves(url)
        reserved = tdm or any(signals.get(name) is False for name in _RESERVING)
        return Rights("reserved" if reserved else "allowed", robots.checked_at)

    async def robots(self, url: str) -> Robots:
        """The robots.txt that holds for `url`; asked for once in a run."""
        robots = await self._of_host(self._run.robots, url, self._ask_robots)
        throttle, spacing = self._run.throttles[host_of(url)], robots.spacing(self._token)
        if spacing > self._run.job.limits.longest_wait:
            throttle.rest(f"robots.txt asks for {spacing:,.0f} s between two requests")
        else:
            throttle.keep_apart(max(self._site.delay, spacing))
        return robots

    async def tdmrep(self, url: str) -> TdmRep:
        """The reservations of `url`'s host; asked for once in a run."""
        return await self._of_host(self._run.tdm, url, self._ask_tdmrep)

    async def _of_host(self, told: Once[T], url: str, ask: Callable[[str], Awaitable[T]]) -> T:
        while True:
            try:
                return await told.get(_origin(url), ask)
            except Ending:
                # The outlet that was asking is ending; that is no answer to any other.
                if self._ending.is_set():
                    raise

    async def _ask_robots(self, origin: str) -> Robots:
        now = self._run.now()
        try:
            response = await self._host_file(f"{origin}/robots.txt")
        except Refused as refused:
            if refused.reason == "not in the recording":
                return Robots(origin, now, recorded=False)
            if refused.reason.startswith(("private address", "host rests")):
                raise  # says more than that there is no robots.txt
            return Robots(origin, now, unavailable=refused.reason)
        except Ending:
            raise
        except Exception as error:  # whatever went wrong, the file was not had, and that forbids everything
            reason = why(error)
            return Robots(origin, now, unavailable=None if reason == "too many redirects" else reason)
        wire = wire_of(response)
        if wire.status == HTTPStatus.PARTIAL_CONTENT and not wire.carries_page:
            return Robots(origin, now, unavailable="part of it, status 206")  # what the rest forbids, nobody knows
        return Robots.answered(origin, response.status, response.body, wire.date)

    async def _ask_tdmrep(self, origin: str) -> TdmRep:
        try:
            response = await self._host_file(origin + TDMREP)
        except Ending:
            raise
        except Exception:  # a host that cannot be asked states nothing; fetching the page itself will tell more
            return TdmRep(self._run.now())
        return TdmRep.answered(response.status, response.body, wire_of(response).date)

    async def _host_file(self, url: str) -> Response:
        self._run.throttles[host_of(url)].keep_apart(self._site.delay)
        response = await self._fetch(url, role="host file")
        self._recorder.host_file(wire_of(response), asked=url)
        return response

    def remember(self, state: OutletState) -> None:
        """Takes what an earlier run knew of the outlet's hosts, unless that was long ago."""
        for origin, robots in state.robots.items():
            if robots.fresh:
                self._run.robots.remember(origin, robots)
        for origin, tdm in state.tdm.items():
            if tdm.fresh:
                self._run.tdm.remember(origin, tdm)

    def known(self) -> tuple[dict[str, Robots], dict[str, TdmRep]]:
        """What is known of the outlet's hosts, by origin."""
        origins = [f"{scheme}://{host}" for host in self._site.hosts for scheme in ("https", "http")]
        robots = {origin: told for origin in origins if (told := self._run.robots.known(origin))}
        return robots, {origin: rep for origin in origins if (rep := self._run.tdm.known(origin))}


def _origin(url: str) -> str:
    return f"{urlsplit(url).scheme}://{host_of(url)}"
