"""What a page says about being kept and mined: X-Robots-Tag, robots meta tags, TDM reservations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

__all__ = ["Signals", "page_signals"]

_HEAD_LIMIT = 512 * 2**10
_META = re.compile(rb"<meta\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""\b(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_AGENT_PREFIX = re.compile(r"\s*([A-Za-z][\w.-]*)\s*:(.*)", re.DOTALL)
_WITH_VALUE = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}


@dataclass(frozen=True, slots=True)
class Signals:
    """`noarchive`: no copy may be kept. `tdm`: text and data mining is reserved. `no_ai`: use by AI is reserved."""

    noarchive: bool = False
    tdm: bool = False
    no_ai: bool = False

    @property
    def reserved(self) -> bool:
        """Whether the publisher reserves anything."""
        return self.noarchive or self.tdm or self.no_ai


def page_signals(headers: Iterable[tuple[bytes, bytes]], html: bytes, token: str) -> Signals:
    """What the response's headers and the page's head say to everybody, to us (`token`) or to Scrapy."""
    to_us = {"robots", token.lower(), "scrapy"}
    robots: set[str] = set()
    tdm = False
    for name, value in headers:
        lowered, text = name.lower(), value.decode("latin-1")
        if lowered == b"x-robots-tag":
            robots |= _header_directives(text, to_us)
        elif lowered == b"tdm-reservation":
            tdm = tdm or text.strip() == "1"
    for key, content in _metas(html):
        if key in to_us:
            robots |= {part.strip() for part in content.lower().split(",")}
        elif key == "tdm-reservation":
            tdm = tdm or content.strip() == "1"
    return Signals("noarchive" in robots, tdm, bool(robots & {"noai", "noml"}))


def _header_directives(value: str, to_us: set[str]) -> set[str]:
    match = _AGENT_PREFIX.match(value)
    if match and match[1].lower() not in _WITH_VALUE:
        if match[1].lower() not in to_us:
            return set()
        value = match[2]
    return {part.strip().lower() for part in value.split(",")}


def _metas(html: bytes) -> Iterable[tuple[str, str]]:
    """Name (lower case) and content of each meta tag that opens within the first half megabyte."""
    for tag in _META.findall(b"".join(_outside_comments(html[:_HEAD_LIMIT]))):
        values = {
            name.lower(): unescape((double or single or bare).decode("latin-1"))
            for name, double, single, bare in _ATTRIBUTE.findall(tag)
        }
        if b"name" in values and b"content" in values:
            yield values[b"name"].strip().lower(), values[b"content"]


def _outside_comments(html: bytes) -> Iterator[bytes]:
    """What stands between comments; one that is never closed hides the rest, as in a browser.

    By searching, not by a pattern: `<!--.*?-->` looks to the end once for each `<!--` that nothing closes.
    """
    place = 0
    while (start := html.find(b"<!--", place)) >= 0:
        yield html[place:start]
        end = html.find(b"-->", start + 2)  # `<!-->` is a whole comment
        if end < 0:
            return
        place = end + 3
    yield html[place:]
