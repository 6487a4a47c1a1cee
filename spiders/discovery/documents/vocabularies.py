"""Which vocabulary an element of a listing belongs to, whatever prefix its publisher gave it."""

from __future__ import annotations

from spiders.discovery.documents.markup import Token, attributes

__all__ = ["Vocabularies"]

_CORE = (
    "sitemaps.org/schemas",
    "google.com/schemas/sitemap/",
    "w3.org/2005/atom",
    "purl.org/atom",
    "purl.org/rss/1.0/",
)
_SPACES = (
    ("sitemap-image", "image"),
    ("sitemap-video", "video"),
    ("sitemap-news", "news"),
    ("rss/1.0/modules/content", "content"),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/dc", "dc"),
    ("search.yahoo.com/mrss", "media"),
    ("feedburner", "feedburner"),
    ("namespaces/basic", "prism"),
    ("1999/xhtml", "xhtml"),
    ("rdf-syntax", ""),
)
_PLAIN = frozenset({"", "news", "atom"})
"""News sitemaps put their vocabulary under all kinds of prefixes; nothing else there is called as it is."""


class Vocabularies:
    """The prefixes of one document, by what was declared so far, wherever that stands."""

    def __init__(self, root: Token) -> None:
        self._spaces: dict[str, str] = {}
        self._declare(attributes(root.more))
        # Whatever it is called: the root's own vocabulary is that of what it lists.
        self._spaces[root.value.rpartition(":")[0].lower()] = ""

    def name(self, token: Token) -> str:
        """The element's name in lower case, with `dc:` and the like before those of other vocabularies."""
        if token.kind == "start" and "xmlns" in token.more:
            told = attributes(token.more)
            self._declare(told)
            if ":" not in token.value:
                return self._joined(_space(told.get("xmlns", "").lower(), ""), token.value)
        prefix, colon, local = token.value.rpartition(":")
        if not colon:
            return token.value.lower()
        return self._joined(self._spaces.get(prefix.lower(), prefix.lower()), local)

    def _declare(self, told: dict[str, str]) -> None:
        for name, uri in told.items():
            if name.startswith("xmlns:"):
                self._spaces[name[6:]] = _space(uri.lower(), name[6:])

    def _joined(self, space: str, local: str) -> str:
        return local.lower() if space in _PLAIN else f"{space}:{local.lower()}"


def _space(uri: str, prefix: str) -> str:
    known = next((space for mark, space in _SPACES if mark in uri), None)
    if known is not None:
        return known
    return "" if any(mark in uri for mark in _CORE) else prefix
