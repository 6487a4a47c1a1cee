"""The numbers that release 0.1.0 gave addresses, so that what it archived is still found. Frozen: never to be mended.

Its rules were those of courlan 1.4.0, which is therefore pinned (HTML entities are resolved, many parameters are taken
for trackers, one address within another wins), then w3lib's canonical form. They gave different stories one number: a
row that is found by it must be compared by its address.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from broadtape.urls.identity import folded, number_of_key

__all__ = ["former_url_id"]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 2_000
"""Characters: some of courlan's patterns are quadratic, and no address this long was ever archived."""


@lru_cache(maxsize=8192)
def former_url_id(url: str) -> int | None:
    """The number release 0.1.0 gave `url`; None where it gave none."""
    from w3lib.url import canonicalize_url

    if len(url) > _LONGEST:
        return None
    try:
        _scheme, host, path, query, _ = urlsplit(canonicalize_url(_canonical(url.strip())))
        return number_of_key(folded(host, path, query))
    except ValueError:
        return None


def _canonical(url: str) -> str:
    from courlan import clean_url  # brings urllib3 along: a fifth of the start of a command that needs no address

    try:
        cleaned = clean_url(url) or url
        scheme, _, path, query, _ = urlsplit(cleaned)
        return urlunsplit((scheme.lower(), _host(cleaned), path or "/", query, ""))
    except ValueError:
        return url


def _host(url: str) -> str:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"
