"""What the web wrote, in a form that can be shown in a page: what escaping cannot help is done here."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["plain", "visible", "web_address"]

# C0 and C1 controls but for tab and newline, and what turns the direction of the text behind it. Marks of direction and
# joiners stay: scripts need them, and every text is shown in an element that keeps its direction to itself.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f]")


def visible(text: str) -> str:
    """`text` with control characters and direction overrides written out, such as `\\u202e`."""
    return _HARMFUL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def plain(text: str) -> str:
    """`text` on one line and without what cannot be seen: for a window's title or a file's name."""
    return " ".join(_INVISIBLE.sub("", _HARMFUL.sub(" ", text)).split())


def web_address(url: str | None) -> str | None:
    """`url` where it may become a link: http or https, with a host; else None."""
    if not url or _SPACES.search(url) or _HARMFUL.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
