"""A listing's bytes to what it lists, in whichever form it came: XML of several kinds, JSON, or bare addresses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from broadtape.capture import Listing, Via
from spiders.discovery.documents.charsets import decoded
from spiders.discovery.documents.entries import Entries
from spiders.discovery.documents.extent import MOST_BYTES, Extent
from spiders.discovery.documents.feed_items import feed_listing, ttl_of
from spiders.discovery.documents.hash_routes import told_apart_by_scripts
from spiders.discovery.documents.json_feeds import json_listing
from spiders.discovery.documents.json_items import json_items
from spiders.discovery.documents.markup import tokens
from spiders.discovery.documents.sitemap_entries import Child, child_of, is_xml, names_a_sitemap, sitemap_listing
from spiders.discovery.documents.unpacking import unpacked
from spiders.discovery.text import ANYWHERE, Home, absolute

__all__ = ["Document", "read_document"]

_MOST_ENTRIES = 200_000
"""Four times the sitemap protocol's own limit, which some go over."""
_EMPTY = 5_000
"""Bytes: a listing that has nothing to list, as news sitemaps of a quiet day, is its head alone."""
_BLANK = "\ufeff \t\r\n\0"


@dataclass(frozen=True, slots=True)
class Document:
    """What a listing lists, in its own order: stories, or for an index more sitemaps."""

    listings: tuple[Listing, ...]
    children: tuple[Child, ...]
    extent: Extent
    ttl: timedelta | None = None
    next_page: str | None = None
    """Where a feed goes on with older stories."""


def read_document(
    body: bytes,
    url: str,
    *,
    via: Via,
    content_type: str | None = None,
    home: Home = ANYWHERE,
    most_bytes: int = MOST_BYTES,
) -> Document:
    """What the listing at `url` lists; raises ValueError, with the reason, for bytes that are no listing.

    What of it could not be read, and why, its `extent` tells. An outlet's file says where a listing is; what form it
    has, it shows itself, so that a feed may stand where a sitemap is expected and the other way round.
    """
    extent = Extent()
    pieces = decoded(unpacked(body, most_bytes, extent), content_type, home.language)
    first = "".join(itertools.islice(pieces, 1)).lstrip(_BLANK)
    pieces = itertools.chain([first], pieces)
    reader = _Reader(url, via, home, extent)
    if first.startswith(("{", "[")):
        reader.read_json("".join(pieces))
    elif first[:8].lower().startswith(("http://", "https://")):
        reader.read_lines(pieces)
    else:
        reader.read_markup(pieces)
    if not (reader.listings or reader.children or extent.unusable) and extent.unpacked > _EMPTY:
        extent.end(f"nothing in its {extent.unpacked:,} bytes was understood as an entry")
    extent.merged = told_apart_by_scripts(each.url for each in reader.listings)
    return Document(tuple(reader.listings), tuple(reader.children), extent, reader.ttl, absolute(url, reader.next_page))


class _Reader:
    def __init__(self, url: str, via: Via, home: Home, extent: Extent) -> None:
        self._url, self._via, self._home, self._extent = url, via, home, extent
        self.listings: list[Listing] = []
        self.children: list[Child] = []
        self.ttl: timedelta | None = None
        self.next_page = ""

    def read_markup(self, pieces: Iterator[str]) -> None:
        entries = Entries(tokens(pieces, self._extent), self._extent)
        for entry in entries:
            if self._full():
                break
            if entry.kind == "sitemap" or (entry.kind == "url" and names_a_sitemap(entry, index=entries.index)):
                child = child_of(entry, self._url)
                self.children += [child] if child else []
                self._extent.unusable += child is None
            elif entry.kind == "url":
                self._add(sitemap_listing(entry, self._url, self._via, self._home))
            else:
                self._add(feed_listing(entry, self._url, entries.base, entries.language, self._home))
        self.ttl, self.next_page = ttl_of(entries.ttl), entries.next_page

    def read_json(self, text: str) -> None:
        items, language, self.next_page = json_items(text)
        for item in items:
            if self._full():
                break
            self._add(json_listing(item, self._url, language, self._home))

    def read_lines(self, pieces: Iterator[str]) -> None:
        for line in _lines(pieces):
            address = line.lstrip(_BLANK).partition("\t")[0].rstrip(_BLANK)  # columns may follow
            if address and self._full():
                break
            if address:
                self._line(absolute(self._url, address) if address[:4].lower() == "http" else None)

    def _line(self, address: str | None) -> None:
        if address and is_xml(address):
            self.children.append(Child(address, None))
        else:
            self._add(Listing(address, self._url, self._via) if address else None)

    def _add(self, listing: Listing | None) -> None:
        if listing:
            self.listings.append(listing)
        else:
            self._extent.unusable += 1

    def _full(self) -> bool:
        full = len(self.listings) + len(self.children) >= _MOST_ENTRIES
        if full:
            self._extent.end(f"it has more than {_MOST_ENTRIES:,} entries")
        return full


def _lines(pieces: Iterator[str]) -> Iterator[str]:
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + piece).replace("\r", "\n").split("\n")
        yield from whole
        rest = rest[:4096]  # no address is as long as that
    yield rest
