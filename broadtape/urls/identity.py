"""Web addresses: what is the same page, and what number it goes by.

Addresses are parsed as browsers do (the WHATWG URL standard, by ada). Of a story's address only what is known to make
no difference is taken out; path and values stay as they are, so that what is stored opens the page that was fetched.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit

from broadtape.urls.parameter_rules import GENERAL, AddressRules

if TYPE_CHECKING:
    from ada_url import URL

__all__ = [
    "article_id",
    "canonical_url",
    "folded",
    "host_of",
    "identity_key",
    "number_of_key",
    "parameters",
    "request_url",
    "url_id",
]

_HOST_PREFIX = re.compile(r"^(www\d?|m|mobile|amp)\.")
_AMP_PATH = re.compile(r"(^/amp(?=/)|(?<=/)amp/?$|\.amp(?=(\.html)?$))")
_AMP_QUERY = re.compile(r"(^|&)(amp|outputType=amp|output=amp)=?1?(?=&|$)")
_PATH_PARAMETER = re.compile(r";([^=;/]{1,40})=([^;/]*)")
_ASPNET_SESSION = re.compile(r"/\((?:[A-Z]\([0-9A-Za-z_-]{20,400}\))+\)(?=/)")
"""ASP.NET without cookies writes its session before the page's own path; asked without one, it gives another."""
_STRIPPED = "".join(map(chr, range(0x21)))
"""C0 controls and the space, which the standard takes off both ends."""
_WEB = ("http:", "https:")
_KEPT = 8192
"""Addresses whose answers are kept: a row's is asked for some ten times on its way into the ledger."""


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """Host of `url` as it is looked up (lower case, `xn--`, IPv6 in brackets), with its port where that is not the
    scheme's own; empty where there is none, or where readers of addresses disagree about it."""
    parsed = _parsed(url)
    if parsed is None:
        return ""
    host = _agreed_host(url, parsed.hostname).removesuffix(".")
    return f"{host}:{parsed.port}" if host and parsed.port else host


@lru_cache(maxsize=_KEPT)
def canonical_url(url: str, rules: AddressRules = GENERAL) -> str:
    """`url` without fragment, credentials, trackers and sessions; what is no web address comes back trimmed.

    Never raises, and `canonical_url(canonical_url(url)) == canonical_url(url)`.
    """
    address = _cleaned(url, rules)
    # What is left may read otherwise: `/a/..;jsessionid=1` ends in a step upwards only now. It gets shorter each time.
    while (again := _cleaned(address, rules)) != address:
        address = again
    return address


def _cleaned(url: str, rules: AddressRules) -> str:
    parsed = _parsed(url)
    if parsed is None or parsed.protocol not in _WEB:
        return _valid(url).strip(_STRIPPED)
    path = _ASPNET_SESSION.sub("", parsed.pathname)
    path = _PATH_PARAMETER.sub(lambda found: "" if rules.drops(found[1], found[2]) else found[0], path)
    query = "&".join(part for part in parsed.search[1:].split("&") if not rules.drops(*_pair(part)))
    host = parsed.hostname.removesuffix(".") or parsed.hostname
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.protocol}//{host}{port}{path or '/'}{'?' * bool(query)}{query}"


def request_url(url: str) -> str:
    """`url` as it is asked for: all that it says but for fragment and credentials, spelt as browsers do.

    What is no web address comes back as it is.
    """
    parsed = _parsed(url)
    if parsed is None or parsed.protocol not in _WEB:
        return url
    parsed.hash = parsed.username = parsed.password = ""
    return parsed.href


def parameters(url: str) -> dict[str, str]:
    """The parameters of `url` in its path and its query by name in lower case; of several of one name, the last."""
    parsed = _parsed(url)
    if parsed is None:
        return {}
    found = {match[1].lower(): match[2] for match in _PATH_PARAMETER.finditer(parsed.pathname)}
    asked = (_pair(part) for part in parsed.search[1:].split("&") if part)
    return found | {name.lower(): value for name, value in asked}


@lru_cache(maxsize=_KEPT)
def identity_key(url: str, rules: AddressRules = GENERAL) -> str:
    """What is left of `url` once the ways of writing one page fold together. Never raises.

    Scheme, `www.`, mobile and AMP hosts and paths, trailing slashes, the order of parameters, trackers, sessions and
    fragments make no difference.
    """
    from w3lib.url import canonicalize_url

    address = canonical_url(url, rules)
    try:
        _scheme, host, path, query, _ = urlsplit(canonicalize_url(address))
    except ValueError:
        return address
    return folded(host, path, query)


def folded(host: str, path: str, query: str) -> str:
    """The identity of an address whose parts are spelt in one way."""
    path = _AMP_PATH.sub("", path).rstrip("/")
    query = _AMP_QUERY.sub("", query).strip("&")
    return f"//{_HOST_PREFIX.sub('', host)}{path}{'?' * bool(query)}{query}"


def url_id(url: str, rules: AddressRules = GENERAL) -> int:
    """A signed 64-bit number for `url`'s identity: what the ledger looks up."""
    return number_of_key(identity_key(url, rules))


def number_of_key(key: str) -> int:
    """The number of an identity."""
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def article_id(site: str, url: str, story_number: str | None = None, rules: AddressRules = GENERAL) -> str:
    """32 hex digits that name a story for good: of the outlet's own number where there is one, else of the address."""
    identity = f"{site}\n#{story_number}" if story_number else f"{site}\n{identity_key(url, rules)}"
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()


def _parsed(url: str) -> URL | None:
    from ada_url import URL  # a library that a command without addresses need not load

    try:
        return URL(_valid(url))
    except ValueError:
        return None


def _valid(text: str) -> str:
    """`text` as valid Unicode: lone halves of surrogate pairs become U+FFFD."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return unquote_plus(name), value


def _agreed_host(url: str, host: str) -> str:
    """The host as Python reads it, by whose reading the crawl connects, if that is the browsers' `host`; else none.

    `https://ours.example\\@theirs.example/` is ours to a browser and theirs to Python.
    """
    try:
        read = urlsplit(_valid(url).strip(_STRIPPED)).hostname or ""
    except ValueError:
        return ""
    if host.startswith("["):
        return host if ":" in read else ""
    same = _parsed(f"http://{read}/")
    if same is None or same.hostname != host:
        return ""
    return read if read.isascii() else host
