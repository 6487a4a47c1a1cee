"""Everything that is asked of trafilatura: a second opinion on a doubtful page, and what it makes of one without us."""

from __future__ import annotations

from datetime import date
from typing import Any

import trafilatura
from htmldate import find_date
from lxml import etree, html
from lxml.etree import _Element
from trafilatura.core import bare_extraction, trafilatura_sequence
from trafilatura.settings import Extractor

from broadtape.cleaning.page.charset import decode
from broadtape.cleaning.page.dom import hollow

__all__ = ["alone", "baseline", "day_of", "thorough"]


def _options(*, fast: bool, url: str) -> Extractor:
    # `dedup` stays off: trafilatura's deduplication remembers what earlier pages of the process held.
    return Extractor(fast=fast, comments=False, links=True, tables=True, dedup=False, url=url)


def thorough(data: bytes, url: str) -> _Element:
    """trafilatura's whole cascade, readability, justext and recall mode included, on a page in UTF-8."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        tree = etree.fromstring(data, parser=parser)
        body, _text, _comments, _length = trafilatura_sequence(tree, _options(fast=False, url=url), url)
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        # A second opinion on a page that is doubtful anyway: where trafilatura fails, the first one stands.
        return etree.Element("body")
    return body


def day_of(tree: html.HtmlElement, url: str, latest: date) -> date | None:
    """The day on which a page was published, as htmldate finds it in its markup, not after `latest`; None where it
    finds none. JSON-LD is left out, for it may speak of other stories: who asks here has read it."""
    for script in [*tree.iter("script")]:
        hollow(script)
    try:
        found = find_date(
            tree,
            url=url,
            original_date=True,
            extensive_search=False,
            max_date=latest.isoformat(),
        )
        return date.fromisoformat(found) if found else None
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError, etree.LxmlError):
        return None


def alone(page: bytes, url: str, *, fast: bool = False) -> dict[str, Any]:
    """What trafilatura makes of a page without us, metadata included: `text`, `title`, `authors`, `published`."""
    found: Any = bare_extraction(page, url=url, with_metadata=True, include_comments=False, fast=fast)
    if found is None:
        return {"text": ""}
    names = (getattr(found, "author", None) or "").split(";")
    return {
        "text": found.text,
        "title": found.title,
        "authors": [name.strip() for name in names if name.strip()],
        "published": found.date,
    }


def baseline(html: bytes | str, url: str | None = None) -> list[str]:
    """trafilatura's paragraphs with its default settings, comments left out; none where it finds no story."""
    page = html if isinstance(html, str) else decode(html)
    # `deduplicate` stays off: it remembers what earlier pages of the process held.
    text = trafilatura.extract(page, url=url, include_comments=False, deduplicate=False)
    return [line for line in (text or "").splitlines() if line.strip()]
