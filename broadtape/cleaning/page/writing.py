"""What a script bears on the reading of a text: how much it says by its length, and how a sentence of it ends."""

from __future__ import annotations

import re

__all__ = ["CLOSING", "FULL_STOPS", "LEADS_ON", "is_dense", "is_stopped", "letters", "words_of"]

FULL_STOPS = ".!?…。！？｡।॥؟۔։።။។"
"""Full stops, and marks that stand in their place, in the scripts of the world's news."""
CLOSING = "\"'”’»“‘」』)]）】"
"""What may stand behind the end of a sentence; German and Polish close a quotation with “."""
LEADS_ON = (":", ";")
"""Marks that end a line whose sentence goes on below it."""
_STOPS = tuple(FULL_STOPS)
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_UNSTOPPED = re.compile(r"[\u0e00-\u0eff][\d\s]*\Z")
"""Thai and Lao end a sentence with nothing, or a space."""
_NEXT_TO_LATIN = 1.3
"""Bytes of UTF-8 a character: a text with fewer has accents and curly quotes, but next to nothing of such a script."""
_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")


def letters(text: str) -> int:
    """Characters of Latin script that say as much as `text`: one of Chinese, of Japanese or of Korean counts as two
    and a half, as the same news has between two and three times fewer of them."""
    if text.isascii() or len(text.encode("utf-8", "replace")) < _NEXT_TO_LATIN * len(text):
        return len(text)
    return len(text) + 3 * len(_DENSE.findall(text)) // 2


def is_dense(text: str) -> bool:
    """Whether a text has characters of such a script."""
    return not text.isascii() and _DENSE.search(text) is not None


def words_of(text: str) -> list[str]:
    """The words of a text; of one written without spaces each character."""
    return _WORDS.findall(text)


def is_stopped(text: str) -> bool:
    """Whether a line ends as a sentence does, quotation marks and brackets left out; in a script without full stops any
    line may."""
    bare = text.rstrip().rstrip(CLOSING)
    return bare.endswith(_STOPS) or (not text.isascii() and _UNSTOPPED.search(bare[-12:]) is not None)
