"""Web addresses: what is the same page, and what number it goes by."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit, urlunsplit

__all__ = ["article_id", "canonical_url", "host_of", "identity_key", "url_id"]

_HOST_PREFIX = re.compile(r"^(www\d?|m|mobile|amp)\.")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def host_of(url: str) -> str:
    """Host of `url` in lower case, with its port where that is not the scheme's own; empty where there is none."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
    except ValueError:
        return ""
    if port is None or f":{port}" == _DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{port}"


def canonical_url(url: str) -> str:
    """`url` without fragment and tracking parameters, host in lower case; an unparsable one comes back as it is."""
    from courlan import clean_url  # brings urllib3 along: a fifth of the start of a command that needs no address

    try:
        cleaned = clean_url(url.strip()) or url.strip()
        scheme, _, path, query, _ = urlsplit(cleaned)
        return urlunsplit((scheme.lower(), host_of(cleaned), path or "/", query, ""))
    except ValueError:
        return url.strip()


def identity_key(url: str) -> str:
    """What is left of `url` once the ways of writing one page fold together.

    Scheme, `www.`, mobile and AMP hosts and paths, trailing slashes, the order of parameters, tracking and fragments
    make no difference.
    """
    from w3lib.url import canonicalize_url

    _scheme, host, path, query, _ = urlsplit(canonicalize_url(canonical_url(url)))
    host = _HOST_PREFIX.sub("", host)
    path = re.sub(r"(^/amp(?=/)|(?<=/)amp/?$|\.amp(?=(\.html)?$))", "", path)
    query = re.sub(r"(^|&)(amp|outputType=amp|output=amp)=?1?(?=&|$)", "", query).strip("&")
    return urlunsplit(("", host, path.rstrip("/"), query, ""))


def url_id(url: str) -> int:
    """A signed 64-bit number for `url`'s identity: what the ledger looks up."""
    digest = hashlib.blake2b(identity_key(url).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def article_id(site: str, url: str, story_number: str | None = None) -> str:
    """32 hex digits that name a story for good: of the outlet's own number where there is one, else of the address."""
    identity = f"{site}\n#{story_number}" if story_number else f"{site}\n{identity_key(url)}"
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()
