"""An archived page made fit for a browser: it can run nothing, load nothing and lead nowhere."""

from __future__ import annotations

import re

from w3lib.encoding import html_to_unicode

__all__ = ["POLICY", "disarmed"]

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""No script, no load, no form, no way out: an archived page may style itself, and that is all."""

_EAGER = re.compile(r"<(/?)(a|area|link|i?frame|fencedframe|object|embed)(?=[\s/>])", re.IGNORECASE)
"""Elements for which Chromium connects before it asks the policy, which then refuses to load or to go there."""
_LINKS = "<style>x-a[href] { color: LinkText; text-decoration: underline }</style>"


def disarmed(content: bytes, content_type: str | None) -> str:
    """The page as text, in the encoding that a browser would find, with eager elements renamed (`x-a`, `x-link`).

    To be sent with its encoding named, so that a browser reads the very text in which they were looked for.
    """
    _, text = html_to_unicode(content_type, content, default_encoding="utf-8")
    return _EAGER.sub(r"<\1x-\2", text.lstrip("\ufeff")) + _LINKS
