"""Lists of stories as Atom (RFC 4287): what a feed reader fetches again and again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from broadtape.times import iso
from broadtape.web.safe_text import name_of_ticker, plain, visible

__all__ = ["Entry", "feed"]

_NAMESPACE = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML may hold, escaped or not."""
_SUMMARY = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A story of the list: its row, its outlet's name, and where it is read in the room."""

    row: dict[str, Any]
    outlet: str
    link: str


def feed(title: str, *, archive: str, own: str, page: str, updated: datetime, entries: Sequence[Entry]) -> bytes:
    """The feed at `own` of the list at `page`; entries in their order. `archive` is what names stories for good."""
    root = ElementTree.Element("feed", xmlns=_NAMESPACE)
    _text(root, "id", own)
    _text(root, "title", plain(title))
    _text(root, "updated", iso(updated))
    ElementTree.SubElement(root, "link", rel="self", type="application/atom+xml", href=_clean(own))
    ElementTree.SubElement(root, "link", rel="alternate", type="text/html", href=_clean(page))
    _text(root, "generator", "broadtape")
    for entry in entries:
        _entry(root, archive, entry)
    told: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _entry(root: ElementTree.Element, archive: str, entry: Entry) -> None:
    row, made = entry.row, ElementTree.SubElement(root, "entry")
    # By the story, not by its revision: a reader shows a corrected story as changed, not as another one.
    _text(made, "id", f"urn:broadtape:{archive}:{row['article_id']}")
    _text(made, "title", plain(row["title"] or "(no title)"))
    _text(made, "updated", iso(row["fetched_at"]))
    if row["published_at"]:
        _text(made, "published", iso(row["published_at"]))
    ElementTree.SubElement(made, "link", rel="alternate", type="text/html", href=_clean(entry.link))
    ElementTree.SubElement(made, "link", rel="via", href=_clean(row["url"]))
    for name in row["authors"] or (entry.outlet,):
        _text(ElementTree.SubElement(made, "author"), "name", plain(name) or entry.outlet)
    for ticker in row["tickers"] or ():
        ElementTree.SubElement(made, "category", term=_clean(name_of_ticker(ticker)))
    if row["summary"]:
        _text(made, "summary", visible(row["summary"])[:_SUMMARY])


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
