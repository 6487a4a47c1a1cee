"""Sitemaps: news sitemaps, plain ones, indexes of either, gzipped or not."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from broadtape.capture import Listing, Via
from spiders.discovery.text import absolute, moment, plain

__all__ = ["Child", "Sitemap", "parse_sitemap"]

_GZIP = b"\x1f\x8b"
_MOST_ENTRIES = 50_000
"""The sitemap protocol's own limit."""
_LONGEST_VALUE = 10_000


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names."""

    url: str
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists: stories, or more sitemaps."""

    listings: tuple[Listing, ...] = ()
    children: tuple[Child, ...] = ()


def parse_sitemap(body: bytes, url: str, *, most_bytes: int, via: Via = "news_sitemap") -> Sitemap:
    """The stories or further sitemaps in a sitemap; raises ValueError for none, a huge one, or one with entities."""
    listings: list[Listing] = []
    children: list[Child] = []
    for entry in _entries(_unpacked(body, most_bytes)):
        found = absolute(url, entry.get("loc"))
        if found is None:
            continue
        if entry["element"] == "sitemap":
            children.append(Child(found, moment(entry.get("lastmod"))))
        else:
            listings.append(_listing(entry, found, url, via))
        if len(listings) + len(children) >= _MOST_ENTRIES:
            break
    return Sitemap(tuple(listings), tuple(children))


def _unpacked(body: bytes, most: int) -> bytes:
    if not body.startswith(_GZIP):
        return body
    parts: list[bytes] = []
    left = most
    while body.startswith(_GZIP):
        unpacker = zlib.decompressobj(31)
        try:
            parts.append(unpacker.decompress(body, left + 1))
        except zlib.error as error:
            raise ValueError(f"damaged gzip: {error}") from None
        left -= len(parts[-1])
        if left < 0:
            raise ValueError(f"unpacks to more than {most:,} bytes")
        body = unpacker.unused_data
    return b"".join(parts)


def _entries(xml: bytes) -> list[dict[str, str]]:
    """Each `<url>` and `<sitemap>` with the text of what it holds, by local name; `element` is its own."""
    parser = etree.iterparse(
        io.BytesIO(xml),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    entries: list[dict[str, str]] = []
    root: etree._Element | None = None
    try:
        for event, element in parser:
            if event == "start":
                if root is None:
                    root = _checked(element)
            elif (name := _local(element)) in {"url", "sitemap"} and element.getparent() is root:
                entries.append({"element": name, **_values(element)})
                element.clear()
                if len(entries) >= _MOST_ENTRIES:
                    break
    except etree.XMLSyntaxError as error:
        raise ValueError(f"no XML: {error.msg}") from None
    if root is None:
        raise ValueError("no XML")
    return entries


def _checked(root: etree._Element) -> etree._Element:
    doctype = root.getroottree().docinfo.internalDTD
    if doctype is not None and any(True for _ in doctype.iterentities()):  # type: ignore[attr-defined]
        raise ValueError("declares XML entities, which no sitemap needs")
    if _local(root) not in {"urlset", "sitemapindex"}:
        raise ValueError(f"no sitemap: the document is <{_local(root)[:40]}>")
    return root


def _values(entry: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in entry.iter():
        text = element.text
        # A picture's own title and address are not the story's.
        foreign = isinstance(element.tag, str) and any(word in element.tag for word in ("image", "video", "xhtml"))
        if element is not entry and not foreign and isinstance(text, str) and text.strip():
            found.setdefault(_local(element), text.strip()[:_LONGEST_VALUE])
    return found


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _listing(entry: dict[str, str], found: str, sitemap: str, via: Via) -> Listing:
    keywords = (plain(word, 200) for word in entry.get("keywords", "").split(","))
    return Listing(
        url=found,
        listed_in=sitemap,
        via=via,
        title=plain(entry.get("title"), 1000),
        published_at=moment(entry.get("publication_date")),
        modified_at=moment(entry.get("lastmod")),
        language=entry.get("language", "")[:2].lower() or None,
        tags=tuple(dict.fromkeys(word for word in keywords if word))[:50],
    )
