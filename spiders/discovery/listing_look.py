"""Asking for one listing, conditionally, and reading what comes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from broadtape.capture import Via
from broadtape.site import Site
from spiders.crawl_context import CrawlContext
from spiders.discovery.documents.document import Document, read_document
from spiders.discovery.documents.extent import Extent
from spiders.discovery.further_pages import next_of
from spiders.discovery.listing_state import ListingState
from spiders.discovery.reading import Reading
from spiders.discovery.section_pages import parse_section
from spiders.discovery.text import Home
from spiders.download.failure_reasons import why
from spiders.download.wire_capture import Wire, wire_of
from spiders.fetching import Fetch
from spiders.policy.refused import Ending, Refused

if TYPE_CHECKING:
    from scrapy.http import Response

__all__ = ["ListingLook"]

_FOR_GOOD = {301, 308}
_UNASKED = "304 to a request without conditions"
"""A server, or a cache before it, that says so gives its listing to nobody."""


class ListingLook:
    """Looks at single listings of one outlet; `known` is what is remembered of them, by address."""

    def __init__(self, run: CrawlContext, site: Site, fetch: Fetch, known: Mapping[str, ListingState]) -> None:
        self._run, self._site, self._fetch, self._known = run, site, fetch, known
        self._home = Home(self._site.country, self._site.language)

    async def at(self, url: str, via: Via) -> Reading:
        """One look; whatever goes wrong with it is its own, and told in the reading. Raises Ending alone."""
        known = self._known.get(url) if via != "archive_sitemap" else None
        now = self._run.now()
        if known and not self._run.job.force and not known.due(now):
            return Reading(url, via, "not due", state=known)
        # An order goes back further than the last look did, over a feed's further pages, so that it is read anew.
        compared = None if self._run.job.since and via == "feed" else known
        conditions = compared.conditions(now) if compared else {}
        try:
            response = await self._fetch(url, role="listing", headers=conditions)
            reading = await self._answered(url, via, response, compared, conditional=bool(conditions))
        except Ending:
            raise
        except Refused as refused:
            return Reading(url, via, refused.told, refused=refused)
        except Exception as error:  # one listing's trouble is its own; the poll's note says what it was
            return Reading(url, via, why(error))
        return replace(reading, moved_to=_moved(response))

    async def _answered(
        self, url: str, via: Via, response: Response, known: ListingState | None, *, conditional: bool
    ) -> Reading:
        wire, now = wire_of(response), self._run.now()
        digest = hashlib.sha256(wire.body).hexdigest()
        if known and ((wire.status == 304 and conditional) or (wire.carries_page and digest == known.sha256)):
            state = known.looked(now, conditional=conditional)
            return Reading(
                url,
                via,
                "304" if wire.status == 304 else "200",
                state=state,
                unchanged=True,
                children=known.children,
                cut=known.cut,
                unusable=known.unusable,
                merged=known.merged,
            )
        if not wire.carries_page:
            return Reading(url, via, str(wire.status) if wire.status != 304 else _UNASKED)
        try:
            async with self._run.parsing:
                # The other outlets' traffic goes on meanwhile.
                document = await asyncio.to_thread(self._read, response, via)
        except ValueError as error:
            return Reading(url, via, f"unreadable: {error}")
        return replace(self._taken(url, via, document, wire, digest, now), before=known)

    def _read(self, response: Response, via: Via) -> Document:
        if via == "section":
            encoding = getattr(response, "encoding", None)
            extent = Extent(unpacked=len(response.body))
            found = parse_section(response.body, response.url, self._site, extent, encoding=encoding)
            return Document(found, (), extent)
        content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
        return read_document(response.body, response.url, via=via, content_type=content_type, home=self._home)

    def _taken(self, url: str, via: Via, document: Document, wire: Wire, digest: str, now: datetime) -> Reading:
        times = [at for story in document.listings for at in (story.published_at, story.modified_at) if at]
        state = ListingState(
            polled_at=now,
            read_at=now,
            changed_at=now,
            newest=max(times, default=None),
            etag=wire.header(b"etag"),
            last_modified=wire.header(b"last-modified"),
            sha256=digest,
            ttl=document.ttl.total_seconds() if document.ttl else None,
            cut=document.extent.cut,
            unusable=document.extent.unusable,
            merged=document.extent.merged,
            children=document.children,
        )
        return Reading(
            url,
            via,
            "200",
            listings=tuple(replace(listing, listed_in=url, via=via) for listing in document.listings),
            state=state if via != "archive_sitemap" else None,
            children=document.children,
            listed=len(document.listings),
            cut=document.extent.cut,
            unusable=document.extent.unusable,
            merged=document.extent.merged,
            next_page=document.next_page or next_of(wire.header(b"link"), wire.url),
            unpacked=document.extent.unpacked,
        )


def _moved(response: Response) -> str | None:
    """Where a listing has moved to for good, if every redirect on the way says so."""
    reasons = response.meta.get("redirect_reasons") or []
    return response.url if reasons and all(reason in _FOR_GOOD for reason in reasons) else None
