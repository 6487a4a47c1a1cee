"""A page as a tree: parsed once, within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from broadtape.cleaning.page.attributes import has_crowded_tag
from broadtape.cleaning.page.characters import readable_page
from broadtape.cleaning.page.charset import decode
from broadtape.errors import NotAnArticle

__all__ = ["MAX_BYTES", "Page", "parse"]

MAX_BYTES = 10_000_000
"""A larger page is refused: the largest real story seen, a live blog, has 1.25 MB."""
MAX_TAGS = 250_000
# Bytes that XML, and so lxml, refuses; none of them is part of a UTF-8 sequence of more than one byte.
_FORBIDDEN = bytes(b for b in range(32) if b not in b"\t\n\r\f")
_FORM_FEED = bytes.maketrans(b"\f", b" ")
_FORBIDDEN_REFERENCE = re.compile(
    rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF]|[dD][89a-fA-F][0-9a-fA-F]{2})|"
    rb"0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|6553[45]));?(?![0-9a-fA-F])"
)
_OF_HEADS = frozenset(
    {"title", "meta", "link", "script", "style", "base", "basefont", "bgsound", "noscript", "template"}
)
# lxml.html's own lookup knows forms and inputs as well, and asks Python for the class of every element.
_OF_HTML = etree.ElementDefaultClassLookup(element=HtmlElement)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x1f\x8b", b"\x00\x00\x00")
_XML_KINDS = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.DOTALL)
_OTHER_TYPES = re.compile(
    r"(application/(json|pdf|.*\+json|zip|octet-stream)|image/|audio/|video/|font/)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. `tree` is its root and may be changed by the one who extracts from it; `url` is where it lay."""

    tree: etree._Element
    url: str
    data: bytes
    """The page as UTF-8, for whoever must read it again."""

    def fresh_tree(self) -> HtmlElement:
        """The page's tree as it was parsed, whatever has become of `tree`; made of the elements that trafilatura and
        htmldate ask for."""
        return cast("HtmlElement", _tree(self.data, _OF_HTML))


def parse(source: bytes | str, url: str, content_type: str | None = None) -> Page:
    """The tree of a page; raises NotAnArticle (`empty`, `not_html`, `too_large`, `too_deep`) for what has none."""
    if len(source) > MAX_BYTES:
        raise NotAnArticle("too_large", f"{len(source):,} bytes, the limit is {MAX_BYTES:,}")
    if isinstance(source, bytes):
        _refuse_binary(source, content_type)
        source = decode(source, content_type)
    data = readable_page(source).translate(_FORM_FEED, _FORBIDDEN)
    data = _FORBIDDEN_REFERENCE.sub(b"", data)
    _refuse_other_text(data)
    return Page(_tree(data), url, data)


def _refuse_binary(data: bytes, content_type: str | None) -> None:
    if not data.strip(b" \t\r\n\x00"):
        raise NotAnArticle("empty", "the body has no bytes")
    if data.startswith(_BINARY) or (content_type and _OTHER_TYPES.match(content_type.strip()) and b"<p" not in data):
        raise NotAnArticle("not_html", content_type or "a binary file")


def _refuse_other_text(data: bytes) -> None:
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        if not data.strip():
            raise NotAnArticle("empty", "the body has no text")
    elif start[:1] in b"{[" and b"<html" not in data[:5000].lower():
        raise NotAnArticle("not_html", "JSON")
    elif _XML_KINDS.match(start):
        raise NotAnArticle("not_html", "a feed or sitemap")
    elif b"<" not in data:
        raise NotAnArticle("not_html", "text without any markup")
    if data.count(b"<") > MAX_TAGS:
        raise NotAnArticle("too_large", f"{data.count(b'<'):,} tags, the limit is {MAX_TAGS:,}")
    if has_crowded_tag(data):
        raise NotAnArticle("too_large", "a tag with too many attributes")


def _tree(data: bytes, made_of: etree.ElementClassLookup | None = None) -> etree._Element:
    """The root; what nests deeper than 256 is read again with libxml2's wider limit of 2,048."""
    for huge in (False, True):
        parser = etree.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=huge
        )
        parser.set_element_class_lookup(made_of)
        try:
            tree = etree.fromstring(data, parser=parser)
        except etree.ParserError:
            raise NotAnArticle("empty", "no element") from None
        except etree.XMLSyntaxError as error:
            raise NotAnArticle("not_html", str(error)) from None
        if tree is None:
            raise NotAnArticle("empty", "no element")
        if not any(e.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for e in parser.error_log):
            _end_head(tree)
            return tree
    raise NotAnArticle("too_deep", "elements nest deeper than 2,048")


def _end_head(tree: etree._Element) -> None:
    """Move what is no part of a head out of it: where its end is left out, libxml2 sees it at old elements only."""
    head = tree.find("head")
    if head is None:
        return
    first = next((i for i, e in enumerate(head) if isinstance(e.tag, str) and e.tag not in _OF_HEADS), None)
    if first is None:
        return
    body = tree.find("body")
    if body is None:
        body = etree.SubElement(tree, "body")
    moved = list(head)[first:]
    if body.text:
        moved[-1].tail = (moved[-1].tail or "") + body.text
        body.text = None
    for element in reversed(moved):
        body.insert(0, element)
