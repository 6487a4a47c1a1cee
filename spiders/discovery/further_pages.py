"""Feeds that go on with older stories on another page (RFC 5005, JSON Feed): read back as far as something is new."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from spiders.discovery.reading import Reading
from spiders.discovery.text import absolute

__all__ = ["next_of", "with_further_pages"]

_MOST_PAGES = 50
_LONGEST_HEADER = 8_000
_LINK = re.compile(r"<([^<>]{1,2000})>([^<]{0,500})")
_NEXT = re.compile(r";\s{0,9}rel\s{0,9}=\s{0,9}\"?next\b", re.IGNORECASE)


def next_of(header: str | None, url: str) -> str | None:
    """The further page that an answer's header `Link` names (RFC 8288), as WordPress' API does."""
    links = _LINK.findall((header or "")[:_LONGEST_HEADER])
    return next((absolute(url, target) for target, said in links if _NEXT.search(said)), None)


async def with_further_pages(
    first: Reading, look: Callable[[str], Awaitable[Reading | None]], since: datetime | None
) -> Reading:
    """The look at a feed with what its further pages list, as one: its stories are dealt with together or not at all.

    They are read back to `since`, where somebody asks for that, else to the newest story of the look before, so that
    none goes by between two looks; a first look takes what the feed has on its first page. `look` gives None for a page
    that is not to be read, since the outlet's budget is spent or it was read already.
    """
    back_to = since or (first.before.newest if first.before else None)
    whole, page, read = first, first, {first.url}
    for _ in range(_MOST_PAGES):
        if back_to is None or not page.next_page or page.next_page in read or not _newer(page, back_to):
            break
        found = await look(page.next_page)
        if found is None or found.status != "200":
            why = f"could not be read: {found.status}" if found else "was left for another run"
            # Without a state of its own, the look before is what the next one goes back to.
            return replace(whole, cut=whole.cut or f"its page {page.next_page} {why}", state=None)
        read.add(page.next_page)
        page, whole = found, _together(whole, found)
    if page is first:
        return first
    if page.next_page and page.next_page not in read and back_to and _newer(page, back_to):
        return replace(whole, cut=whole.cut or f"it has more than {_MOST_PAGES} pages")
    return replace(whole, before=None)


def _newer(page: Reading, back_to: datetime) -> bool:
    """Whether everything on a page is newer than that; one without times does not tell, and is not gone on from."""
    times = [at for story in page.listings if (at := story.published_at or story.modified_at)]
    return bool(times) and min(times) > back_to


def _together(whole: Reading, page: Reading) -> Reading:
    return replace(
        whole,
        listings=(*whole.listings, *(replace(story, listed_in=whole.url) for story in page.listings)),
        listed=whole.listed + page.listed,
        unusable=whole.unusable + page.unusable,
        merged=whole.merged + page.merged,
        unpacked=whole.unpacked + page.unpacked,
        cut=whole.cut or page.cut,
    )
