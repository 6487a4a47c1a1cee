"""Sitemaps: news sitemaps, plain ones, indexes of either, and the feeds and lists of addresses that stand for them."""

from __future__ import annotations

from broadtape.capture import Via
from spiders.discovery.documents.document import Document, read_document
from spiders.discovery.documents.extent import MOST_BYTES
from spiders.discovery.documents.sitemap_entries import Child
from spiders.discovery.text import ANYWHERE, Home

__all__ = ["Child", "parse_sitemap"]


def parse_sitemap(
    body: bytes,
    url: str,
    *,
    most_bytes: int = MOST_BYTES,
    via: Via = "news_sitemap",
    content_type: str | None = None,
    home: Home = ANYWHERE,
) -> Document:
    """The stories or further sitemaps in a sitemap, of which at most `most_bytes` are unpacked.

    Raises ValueError, with the reason, where the bytes are no listing of any kind.
    """
    return read_document(body, url, via=via, content_type=content_type, home=home, most_bytes=most_bytes)
