"""The web's encodings: what a declaration of a page or a listing may name.

The standard (https://encoding.spec.whatwg.org) is a closed list. Python knows others that are no charset at all, `idna`
or `zip` among them, and some are slow on purpose-made input.
"""

from __future__ import annotations

import codecs

from w3lib.encoding import resolve_encoding

__all__ = ["LEGACY", "codec_of"]

LEGACY = frozenset(
    [
        "cp866", *(f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)), "koi8-r", "koi8-u", "mac-roman",
        "mac-cyrillic", "cp874", *(f"cp125{n}" for n in range(9)), "gbk", "gb18030", "hz", "big5hkscs", "euc_jp",
        "iso2022_jp", "cp932", "cp949",
    ]
)  # fmt: skip
"""Python's codecs for the encodings of the web's standard that are no form of Unicode."""


def codec_of(label: str) -> str | None:
    """Python's name for the codec that browsers take a label for (latin-1 is cp1252); None where there is none."""
    codec = resolve_encoding(label)
    return codecs.lookup(codec).name if codec else None
