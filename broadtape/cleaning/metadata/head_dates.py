"""The times that a page's head states: in JSON-LD and meta tags, as they stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadtape.article import PublishedSource
from broadtape.cleaning.page.head import Head
from broadtape.cleaning.page.json_ld import text_of

__all__ = ["Raw", "changes", "is_of_a_change", "loose_publications", "publications"]

_PUBLISHED = (
    "article:published_time", "article:published:time", "og:article:published_time", "og:published_time",
    "http://ogp.me/ns/article#published_time", "datepublished", "parsely-pub-date", "cxenseparse:recs:publishtime",
    "article.published", "published_time", "publish_date", "publish-date", "publishdate", "pubdate", "pub_date",
    "date.available", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "date.created",
    "article_date_original", "article:original_time", "originalpublicationdate", "sailthru.date", "article:post_date",
    "release_date", "ptime", "displaydate",
)  # fmt: skip
# Which date these are they leave open: some systems fill in when the page was made, or made anew.
_LOOSE = ("dc.date", "dcterms.date", "cdate", "date")
_MODIFIED = (
    "article:modified_time", "article:modified:time", "og:updated_time", "http://ogp.me/ns/article#modified_time",
    "datemodified", "lastmod", "last-modified", "article:updated_time", "date.modified", "dcterms.modified",
    "dc.date.modified", "revision_date",
)  # fmt: skip
_OF_ANY_SPELLING = re.compile(
    r"(?:^|[.:_-])(?:publi(?:sh(?:ed)?|cation)|pub|post(?:ed)?|issued?|released?|creat(?:ed|ion)|display|story|article|"
    r"upload)[._:-]?(?:date|time|on|at|datetime|day)?(?:[._:-]?(?:utc|gmt|iso|local))?$|date[._:-]?(?:publi|issued|creat|post|upload)"
)
_OF_A_DATE = re.compile(r"date|time|publi|pub|issued|created")
_OF_A_CHANGE = re.compile(r"modif|updat|last[._:-]?(?:mod|rev|chang|publish)|review|revis|changed")

Raw = tuple[str, PublishedSource]
"""A time as a page gives it, and where."""


def publications(head: Head) -> Iterator[Raw]:
    """What the head declares to be the story's publication: its JSON-LD, then meta tags named for it."""
    for key in ("datePublished", "dateCreated", "uploadDate"):
        if raw := _text(head.data.story.get(key)):
            yield raw, "json-ld"
    for name in _PUBLISHED:
        yield from ((raw, "meta") for raw in head.metas.get(name, ()))
    for name, values in head.metas.items():
        if name not in _PUBLISHED and name not in _LOOSE and _OF_ANY_SPELLING.search(name) and _OF_A_DATE.search(name):
            yield from ((raw, "meta") for raw in values)


def loose_publications(head: Head) -> Iterator[Raw]:
    """What the head says of the page as a whole, which gives way to a date that stands beside the headline."""
    for name in _LOOSE:
        yield from ((raw, "meta") for raw in head.metas.get(name, ()))
    for node in head.data.of_type("WebPage", "VideoObject"):
        if raw := _text(node.get("datePublished")):
            yield raw, "json-ld"


def changes(head: Head) -> Iterator[str]:
    """When the head says that the story was changed."""
    raws = [_text(head.data.story.get("dateModified")), *(v for name in _MODIFIED for v in head.metas.get(name, ()))]
    yield from filter(None, raws)


def is_of_a_change(name: str) -> bool:
    """Whether a meta tag of this name gives the time of a change or a check, not that of the publication."""
    return bool(_OF_A_CHANGE.search(name.lower()))


def _text(value: object) -> str | None:
    """A JSON value that is a time: text, or a number of seconds or milliseconds."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else text_of(value)
