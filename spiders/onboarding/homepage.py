"""What an outlet's front page and robots.txt say of it: name, language, feeds, sitemaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree, html

from spiders.discovery.text import absolute, plain

__all__ = ["FrontPage", "read_front_page", "sitemaps_in"]

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+xml")
_FEED_LINK = re.compile(r"/(?:rss|feeds?|atom)(?:[./?]|$)|\.(?:rss|atom)(?:[?#]|$)", re.IGNORECASE)
_MOST = 20


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the page says; absolute addresses, each once, in its order."""

    title: str | None = None
    language: str | None = None
    feeds: tuple[str, ...] = ()
    """Those that the head announces, then links that look like feeds."""


def read_front_page(body: bytes, url: str) -> FrontPage:
    """Reads it as far as it can be read."""
    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return FrontPage()
    language = (tree.get("lang") or tree.get("xml:lang") or "")[:2].lower()
    feeds = dict.fromkeys([*_announced(tree, url), *_linked(tree, url)])
    return FrontPage(
        title=_title(tree),
        language=language if re.fullmatch("[a-z]{2}", language) else None,
        feeds=tuple(feeds)[:_MOST],
    )


def sitemaps_in(robots: str, origin: str) -> tuple[str, ...]:
    """The addresses in robots.txt's `Sitemap:` lines."""
    found = re.findall(r"(?im)^\s*sitemap\s*:\s*(\S+)", robots)
    return tuple(dict.fromkeys(urljoin(origin, link) for link in found))[:_MOST]


def _title(tree: html.HtmlElement) -> str | None:
    for named in tree.iter("meta"):
        if named.get("property") == "og:site_name" and (said := plain(named.get("content"), 100)):
            return said
    title = tree.find(".//title")
    said = plain(title.text, 200) if title is not None else None
    # "The Ledger: news from the quay" and the like: the name stands first.
    return re.split(r"\s+[|–—-]\s+|:\s", said)[0] if said else None


def _announced(tree: html.HtmlElement, url: str) -> Iterator[str]:
    for link in tree.iter("link"):
        kind = (link.get("type") or "").lower()
        if "alternate" in (link.get("rel") or "").lower() and kind in _FEED_TYPES:
            found = absolute(url, link.get("href"))
            if found:
                yield found


def _linked(tree: html.HtmlElement, url: str) -> Iterator[str]:
    for link in tree.iter("a"):
        href = link.get("href")
        if href and _FEED_LINK.search(href) and (found := absolute(url, href)):
            yield found
