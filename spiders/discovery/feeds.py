"""Feeds: RSS, RDF, Atom and JSON Feed."""

from __future__ import annotations

from spiders.discovery.documents.document import Document, read_document
from spiders.discovery.text import ANYWHERE, Home

__all__ = ["parse_feed"]


def parse_feed(body: bytes, url: str, *, content_type: str | None = None, home: Home = ANYWHERE) -> Document:
    """The stories in a feed; raises ValueError, with the reason, where the bytes are no listing of any kind."""
    return read_document(body, url, via="feed", content_type=content_type, home=home)
