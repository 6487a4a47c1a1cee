"""Sitemaps: news sitemaps, plain ones, and indexes of either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from broadtape.capture import Listing, Via
from spiders.discovery.documents.entries import Entry
from spiders.discovery.text import Home, absolute, moment, plain, stated

__all__ = ["Child", "child_of", "is_xml", "names_a_sitemap", "sitemap_listing"]


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names."""

    url: str
    modified_at: datetime | None


def child_of(entry: Entry, sitemap: str) -> Child | None:
    """What a `<sitemap>` of an index names; None without a usable address."""
    found = absolute(sitemap, entry.text("loc"))
    return Child(found, moment(entry.text("lastmod"))) if found else None


def names_a_sitemap(entry: Entry, *, index: bool) -> bool:
    """Whether a `<url>` names a sitemap after all: in an `index`, or where its address is that of an XML file; what
    tells of a story is one."""
    if entry.text("publication_date", "title"):
        return False
    return index or is_xml((entry.text("loc") or "").strip())


def is_xml(url: str) -> bool:
    """Whether an address is that of an XML file, packed or not, as no story's is."""
    try:
        return urlsplit(url).path.lower().endswith((".xml", ".xml.gz"))
    except ValueError:
        return False


def sitemap_listing(entry: Entry, sitemap: str, via: Via, home: Home) -> Listing | None:
    """What a `<url>` says of a story; None without a usable address."""
    found = absolute(sitemap, entry.text("loc"))
    if found is None:
        return None
    keywords = (plain(word, 200) for word in (entry.text("keywords") or "").split(","))
    published = stated(entry.text("publication_date"), home)
    return Listing(
        url=found,
        listed_in=sitemap,
        via=via,
        title=plain(entry.text("title"), 1000),
        published_at=published.moment,
        published_raw=published.raw,
        published_precision=published.precision,
        modified_at=moment(entry.text("lastmod"), home),
        language=(entry.text("language") or "").strip()[:2].lower() or None,
        tags=tuple(dict.fromkeys(word for word in keywords if word))[:50],
    )
