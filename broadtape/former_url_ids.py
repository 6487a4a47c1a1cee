"""The numbers that release 0.1.0 gave addresses, so that what it archived is still found. Frozen: never to be mended.

Its rules were courlan's `clean_url` (1.4.0, Apache-2.0, reproduced here for what it did, faults included: HTML entities
are resolved, many parameters are taken for trackers, one address within another wins), then w3lib's canonical form.
They gave different stories one number: a row that is found by it must be compared by its address.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from broadtape.urls import folded, number_of_key

__all__ = ["former_url_id"]

_TRACKERS = re.compile(
    r"^(?:dc|fbc|gc|twc|yc|ysc)lid|^(?:click|gbra|msclk|igsh|partner|wbra)id|"
    r"^(?:ads?|mc|ga|gs|itm|mc|mkt|ml|mtm|oly|pk|utm|vero)_|"
    r"(?:\b|_)(?:aff|affi|affiliate|campaign|cl?id|eid|ga|gl|kwd|keyword|medium|ref|referr?er|session|source|uid|xtor)"
)
_MARKUP = re.compile(r"</?[a-z]{,4}?>|{.+?}")
_PROTOCOL = re.compile(r"https?://")
_INNER = re.compile(r'(https?://[^">&? ]+?)(?:https?://)|(?:https?://[^/]+?/[^/]+?[&?]u(rl)?=)(https?://[^"> ]+)')
_MIDDLE = re.compile(r"https?://.+?(https?://.+?)(?:https?://|$)")
_BEFORE_QUOTE = re.compile(r'(.*?)[<>"\s]')
_CONTROLS = "".join(map(chr, range(0x20)))
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 2_000
"""Characters: some of the patterns above are quadratic, and no address this long was ever archived."""


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
    try:
        cleaned = _clean(url) or url
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


def _clean(url: str) -> str | None:
    try:
        parts = urlsplit(unescape(_scrubbed(url)))
        netloc = ".".join(map(_decoded, parts.netloc.lower().split(".")))
        path = re.sub(r"^(?:/\.\.(?![^/]))+", "", re.sub(r"/+", "/", parts.path))
        query = parse_qs(parts.query)
        kept = {name: query[name] for name in sorted(query) if not _TRACKERS.search(name.lower())}
        asked = urlencode(kept, doseq=True)
        path = quote(path, safe="/%!=:,-") or ("/" if asked else "")
        return urlunsplit((parts.scheme.lower(), netloc, path, asked, ""))
    except ValueError:
        return None


def _scrubbed(url: str) -> str:
    url = "".join(url.split()).strip(_CONTROLS)
    if url.startswith("<![CDATA["):
        url = url.replace("<![CDATA[", "").replace("]]>", "")
    url = re.sub(r"/\&$", "", _MARKUP.sub("", url).replace("&amp;", "&"))
    if len(_PROTOCOL.findall(url)) > 1 and "web.archive.org" not in url:
        url = _one_of_several(url)
    if match := _BEFORE_QUOTE.match(url):
        url = match[1]
    return url.rstrip("/") if url.count("/") == 3 or url.count("://") > 1 else url


def _one_of_several(url: str) -> str:
    for pattern in (_INNER, _MIDDLE):
        if (match := pattern.match(url)) and _is_valid(match[1]):
            return match[1]
    return url


def _is_valid(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    short = len(parts.netloc) < 5 or (parts.netloc.startswith("www.") and len(parts.netloc) < 8)
    return parts.scheme in ("http", "https") and not short


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("utf8").decode("idna")
    except UnicodeError:
        return label
