"""Section pages: the links on them that look like the outlet's stories."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress

from lxml import etree, html

from broadtape.capture import Listing
from broadtape.cleaning.page.attributes import has_crowded_tag
from broadtape.site import Site
from broadtape.urls import url_id
from spiders.discovery.documents.extent import Extent
from spiders.discovery.documents.json_items import HEADLINES, address_of, by_plain_name, first, json_items
from spiders.discovery.text import absolute, plain

__all__ = ["parse_section"]

_MOST_LINKS = 2_000


def parse_section(
    body: bytes, url: str, site: Site, extent: Extent, *, encoding: str | None = None
) -> tuple[Listing, ...]:
    """The stories that a page links to, or lists in JSON-LD, each once, in the page's order.

    Raises ValueError, with the reason, where it is no HTML that can be read; what of it was not read, `extent` is told.

    Only links that match the outlet's article patterns count: a page links to everything, and says of nothing when
    it was published.
    """
    if has_crowded_tag(body):
        raise ValueError("a tag with too many attributes")
    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(encoding=encoding, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, LookupError, ValueError):
        raise ValueError("no HTML") from None
    base, links, found = _base(tree, url), 0, dict[int, Listing]()
    for address, title in itertools.chain(_links(tree), _stated(tree)):
        story = absolute(base, address)
        links += story is not None
        if story is None or not site.article_patterns or not site.owns(story) or not site.is_article(story):
            continue
        number = url_id(story)
        if number not in found and len(found) >= _MOST_LINKS:
            extent.end(f"it links to more than {_MOST_LINKS:,} stories")
            break
        found.setdefault(number, Listing(story, url, "section", title=plain(title, 300)))
    if not found:
        extent.end(_why_nothing(links))
    return tuple(found.values())


def _links(tree: html.HtmlElement) -> Iterator[tuple[str | None, str]]:
    """The addresses that a reader can click, with their words."""
    for link in tree.iter("a", "area"):
        yield link.get("href") or link.get("xlink:href"), _words(link)


def _stated(tree: html.HtmlElement) -> Iterator[tuple[str | None, str | None]]:
    """The stories that a page lists for machines, in JSON-LD: all that a page says which scripts fill."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            with suppress(ValueError):
                for item in json_items(script.text or "")[0][:_MOST_LINKS]:
                    if isinstance(item, dict):
                        told = by_plain_name(item)
                        yield address_of(told), first(told, HEADLINES)


def _why_nothing(links: int) -> str:
    if not links:
        return "it links to nothing, as a page that scripts fill"
    return f"none of its {links:,} links is a story by the patterns in its file"


def _base(tree: html.HtmlElement, url: str) -> str:
    """What the page's relative links are relative to: its first `<base href>`, as in a browser with scripts."""
    bases = (base for base in tree.iter("base") if next(base.iterancestors("noscript", "template"), None) is None)
    told = next((base.get("href") for base in bases if base.get("href") is not None), None)
    return absolute(url, told) or url


def _words(link: html.HtmlElement) -> str:
    return " ".join(text for text in link.itertext() if isinstance(text, str))
