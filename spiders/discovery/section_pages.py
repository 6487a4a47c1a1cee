"""Section pages: the links on them that look like the outlet's stories."""

from __future__ import annotations

from lxml import etree, html

from broadtape.capture import Listing
from broadtape.cleaning.page.attributes import has_crowded_tag
from broadtape.site import Site
from broadtape.urls import url_id
from spiders.discovery.documents.extent import Extent
from spiders.discovery.text import absolute, plain

__all__ = ["parse_section"]

_MOST_LINKS = 2_000


def parse_section(
    body: bytes, url: str, site: Site, extent: Extent, *, encoding: str | None = None
) -> tuple[Listing, ...]:
    """The stories that a page links to, each once, in the page's order; raises ValueError, with the reason, where it is
    no HTML that can be read. What of it was not read, `extent` is told.

    Only links that match the outlet's article patterns count: a page links to everything, and says of nothing when
    it was published.
    """
    if has_crowded_tag(body):
        raise ValueError("a tag with too many attributes")
    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(encoding=encoding, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, LookupError, ValueError):
        raise ValueError("no HTML") from None
    base = _base(tree, url)
    links = [(absolute(base, link.get("href")), link) for link in tree.iter("a")]
    found: dict[int, Listing] = {}
    for story, link in links:
        if story is None or not site.article_patterns or not site.owns(story) or not site.is_article(story):
            continue
        number = url_id(story)
        if number not in found and len(found) >= _MOST_LINKS:
            extent.end(f"it links to more than {_MOST_LINKS:,} stories")
            break
        found.setdefault(number, Listing(story, url, "section", title=plain(_words(link), 300)))
    if not found:
        extent.end(_why_nothing(sum(story is not None for story, _ in links)))
    return tuple(found.values())


def _why_nothing(links: int) -> str:
    if not links:
        return "it links to nothing, as a page that scripts fill"
    return f"none of its {links:,} links is a story by the patterns in its file"


def _base(tree: html.HtmlElement, url: str) -> str:
    """What the page's relative links are relative to: its first `<base href>`, as in a browser."""
    told = next((base.get("href") for base in tree.iter("base") if base.get("href") is not None), None)
    return absolute(url, told) or url


def _words(link: html.HtmlElement) -> str:
    return " ".join(text for text in link.itertext() if isinstance(text, str))
