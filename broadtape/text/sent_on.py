"""Pages that send their reader on: by a refresh (HTML, or the header of that name), or by a script."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from w3lib.html import get_meta_refresh

__all__ = ["refresh_target", "script_target"]

_SOON = 10.0
"""Seconds. Who waits longer may read what is there: tickers and live pages reload themselves after 30 and more."""
_SCANNED = 16_384
"""Bytes: what only sends on is short, and a refresh stands in the head."""
_LONGEST_SCRIPT_PAGE = 20_000
_HEADER = re.compile(
    r"(\d{1,6}(?:\.\d{0,6})?)\s{0,9}[;,]\s{0,9}(?:url\s{0,9}=\s{0,9})?[\"']?([^\"']{1,2000})", re.IGNORECASE
)
_SCRIPT, _SCRIPT_END = re.compile(rb"<script\b", re.IGNORECASE), re.compile(rb"</script", re.IGNORECASE)
_LEADS = re.compile(
    rb"(?<![\w.])(?:(?:window|document|self|top|parent)\.)?location"
    rb"(?:(?:\.href)?\s{0,9}=|\.(?:replace|assign)\s{0,9}\()\s{0,9}[\"']([^\"'<>\s]{1,2000})[\"']"
)


def refresh_target(page: bytes, url: str, *, encoding: str = "utf-8", header: str | None = None) -> str | None:
    """The other web address to which a page at `url` sends its reader within ten seconds; None where it does not.

    `header` is the HTTP header `Refresh`. What stands in `noscript` is for browsers of another kind than readers have.
    """
    told = _HEADER.match((header or "").strip())
    try:
        found = (float(told[1]), urljoin(url, told[2].strip())) if told else _of_markup(page, url, encoding)
        return found[1] if found and found[0] <= _SOON and _is_another(found[1], url) else None
    except ValueError:
        return None


def _of_markup(page: bytes, url: str, encoding: str) -> tuple[float, str] | None:
    if b"refresh" not in page[:_SCANNED].lower():
        return None
    delay, target = get_meta_refresh(page[:_SCANNED], url, encoding)
    return (delay, target) if delay is not None and target is not None else None


def script_target(page: bytes, url: str) -> str | None:
    """The web address to which the script of a short page sends its reader, where it says it in one piece."""
    if len(page) > _LONGEST_SCRIPT_PAGE:
        return None
    scripts = (_SCRIPT_END.split(rest, maxsplit=1)[0] for rest in _SCRIPT.split(page)[1:])
    found = next((leads for script in scripts if (leads := _LEADS.search(script))), None)
    try:
        target = urljoin(url, found[1].decode("utf-8", "replace").replace("\\/", "/")) if found else ""
        return target if _is_another(target, url) else None
    except ValueError:
        return None


def _is_another(target: str, url: str) -> bool:
    parts = urlsplit(target)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and target != url
