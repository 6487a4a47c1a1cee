"""Characters that are written as references, and text that is no valid Unicode."""

from __future__ import annotations

import re
from html.entities import html5

__all__ = ["unescaped", "valid"]

_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]{1,8})|(\d{1,10}))|([A-Za-z][A-Za-z0-9]{1,31}));")
_HALF = re.compile(r"[\ud800-\udfff]")


def unescaped(text: str) -> str:
    """`text` with its references resolved, as valid Unicode; an `&` that begins none, as in AT&T, stays as it is."""
    return valid(_REFERENCE.sub(_character, text)) if "&" in text else text


def valid(text: str) -> str:
    """`text` as valid Unicode: two halves of a surrogate pair become their character, a lone one U+FFFD."""
    if text.isascii() or not _HALF.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return html5.get(f"{name};", match[0])
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0x80 <= number < 0xA0:  # browsers' reading: whoever writes these means Windows' characters
        return bytes([number]).decode("cp1252", "replace")
    return chr(number) if 0 < number < 0x110000 else "\ufffd"
