"""What a recorded response is to an outlet: a page to be archived, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from broadtape.archive.warc import Http, Record
from broadtape.archive.warc.whole_answers import carries_page
from broadtape.rights.robots import Robots
from broadtape.site import Site
from broadtape.times import plausible
from broadtape.urls import host_of

__all__ = ["LeftOut", "RecordedPage", "forbidden", "origin_of", "recorded_page"]

_OTHER_TYPES = re.compile(
    r"image/|audio/|video/|font/|text/css|text/xml|[a-z]+/(x-)?(javascript|ecmascript|json|xml|pdf|zip|wasm)\b"
    r"|application/.*\+(json|xml)(?<!xhtml\+xml)",
    re.IGNORECASE,
)
"""What a server calls so is no page, unless it begins as one; missing and odd types are left to cleaning."""
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(<\?xml[^>]{0,200}>\s*)?<(!doctype html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a response is not archived; `told`: the ledger says so, since its address may be a story's."""

    reason: str
    told: bool = True


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """A response that may be a story of an outlet."""

    record: Record
    site: Site
    url: str
    http: Http


def recorded_page(record: Record, site: Site) -> RecordedPage | LeftOut:
    """The page in a record at one of the outlet's hosts, by what costs little to know."""
    url, http = record.url or "", record.http
    if record.type != "response":
        return LeftOut(f"{record.type} record", told=False)
    if http is None:
        return LeftOut("no HTTP response", told=False)
    if not carries_page(http.status, http.header("Content-Range")):
        return LeftOut(f"status {http.status}", told=False)
    if _OTHER_TYPES.match((http.content_type or "").strip()) and not _PAGE.match(http.body[:1000]):
        return LeftOut("no page", told=False)
    if site.not_article_reason(url):
        return LeftOut("pattern", told=False)
    if cut := record.cut:
        return LeftOut(f"truncated: {cut[:40]}")
    if not plausible(record.date):
        return LeftOut("implausible date")
    return RecordedPage(record, site, url, http)


def origin_of(url: str) -> str:
    """Scheme and host: what one robots.txt holds for."""
    return f"{url.partition('://')[0].lower()}://{host_of(url)}"


def forbidden(url: str, site: Site, recorded: Mapping[str, Robots], token: str) -> LeftOut | None:
    """What the recording's own robots.txt says of an address, if it holds one of that host."""
    robots = recorded.get(origin_of(url))
    reason = robots.refusal(url, token, granted=bool(site.allow_robots_token)) if robots else None
    return LeftOut(reason) if reason else None
