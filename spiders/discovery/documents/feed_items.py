"""RSS, RDF and Atom feeds: what an item says of a story."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urljoin

from broadtape.capture import Listing
from spiders.discovery.documents.entries import Entry, Field
from spiders.discovery.text import Home, Stated, absolute, plain, stated

__all__ = ["feed_listing", "ttl_of"]

_LONGEST_TTL = timedelta(days=1)
_LONGEST_BASE = 2_000
_MOST_WORDS = 50
_PUBLISHED = (
    "pubdate", "published", "issued", "dcterms:issued", "dcterms:created", "dc:date", "created", "dc:created", "date",
    "prism:publicationdate",
)  # fmt: skip
_MODIFIED = ("updated", "modified", "dcterms:modified")


def feed_listing(entry: Entry, feed: str, base: str, language: str | None, home: Home) -> Listing | None:
    """What an item or entry says of a story; None where it names no address of one.

    `base` is the feed's own `xml:base`, `language` that of all its items.
    """
    own = (entry.text("dc:language") or entry.attributes.get("xml:lang") or language or "").strip()[:2].lower()
    url = _address(entry, _joined(_joined(feed, base), entry.attributes.get("xml:base")), own)
    if url is None:
        return None
    published, modified = _told(entry, _PUBLISHED, home), _told(entry, _MODIFIED, home)
    return Listing(
        url=url,
        listed_in=feed,
        via="feed",
        title=plain(entry.text("title"), 1000),
        summary=plain(entry.text("description", "summary")),
        published_at=published.moment,
        published_raw=published.raw,
        published_precision=published.precision,
        modified_at=modified.moment,
        authors=_words(entry.texts("author/name") or [*entry.texts("dc:creator"), *entry.texts("author")]),
        language=own or None,
        tags=_words(_terms(entry)),
    )


def _told(entry: Entry, names: Iterable[str], home: Home) -> Stated:
    """The first time of these fields that can be read; else the first one's text."""
    found = [stated(text, home) for name in names if (text := entry.text(name))]
    return next((each for each in found if each.moment), found[0] if found else Stated())


def ttl_of(text: str | None) -> timedelta | None:
    """How long a feed asks to be left alone (its `ttl`, in minutes), a day at the most; None for nonsense."""
    try:
        minutes = float(text or "")
        return min(timedelta(minutes=minutes), _LONGEST_TTL) if minutes > 0 else None
    except OverflowError:
        return _LONGEST_TTL
    except ValueError:
        return None


def _joined(base: str, relative: str | None) -> str:
    try:
        return urljoin(base, relative.strip()) if relative and len(relative) <= _LONGEST_BASE else base
    except ValueError:
        return base


def _address(entry: Entry, base: str, language: str) -> str | None:
    """Where the story is: feedburner's original, the link, or an id that is the address."""
    links = sorted(entry.fields.get("link", ()), key=lambda link: _rank(link, language))
    told = [
        *entry.texts("feedburner:origlink"),
        *(_target(link, base) for link in links if _rank(link, language) < _NEVER),
        *(guid.text for guid in entry.fields.get("guid", ()) if _is_address(guid)),
        *(each.text for each in entry.fields.get("id", ()) if _is_address(each)),
        entry.attributes.get("rdf:about", ""),
    ]
    return next((url for link in told if (url := absolute(base, link))), None)


def _target(link: Field, base: str) -> str:
    address = link.text.strip() or link.attributes.get("href", "")
    return absolute(_joined(base, link.attributes.get("xml:base")), address) or ""


_NEVER = 9


def _rank(link: Field, language: str) -> int:
    """How near a link comes to the page for readers: none for a service's own, 0 for the one that is meant."""
    if link.text.strip():
        return 0
    rel = link.attributes.get("rel", "alternate").strip().lower().rpartition("/")[2]
    kind = link.attributes.get("type", "text/html").lower()
    if rel != "alternate" or not link.attributes.get("href"):
        return _NEVER
    if "html" not in kind:
        return 7
    other = link.attributes.get("hreflang", "").lower()
    return 1 if not other else 2 if language and other.startswith(language) else 3


def _is_address(told: Field) -> bool:
    """Whether an id is a web address, and is not said to be none."""
    permalink = told.attributes.get("ispermalink", "true").strip().lower() != "false"
    return permalink and told.text.strip().lower().startswith(("http://", "https://"))


def _terms(entry: Entry) -> list[str]:
    categories = entry.fields.get("category", ())
    told = [each.attributes.get("term") or each.attributes.get("label") or each.text for each in categories]
    return [*told, *entry.texts("dc:subject")]


def _words(values: Iterable[str]) -> tuple[str, ...]:
    found = (plain(value, 200) for value, _ in zip(values, range(_MOST_WORDS), strict=False))
    return tuple(dict.fromkeys(name for name in found if name))
