"""Which legacy charset a listing is in that declares none: by its language, and by what the bytes read as."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["guessed"]

_MOST = 20_000
"""Bytes of text that are looked at; a few headlines tell."""
_LANGUAGE = re.compile(
    rb"""<(?:dc:)?language>\s{0,9}([a-z]{2,3})\b|\bxml:lang\s{0,9}=\s{0,9}["']([a-z]{2,3})\b"""
    rb"""|"language"\s{0,9}:\s{0,9}"([a-z]{2,3})\b|\bhreflang\s{0,9}=\s{0,9}["']([a-z]{2,3})\b""",
    re.IGNORECASE,
)
_TEXT = re.compile(rb"[^<>\"]*[\x80-\xff][^<>\"]*")
_CYRILLIC = ("cp1251", "koi8_r", "cp866", "iso8859_5")
_CENTRAL_EUROPEAN = ("cp1250", "iso8859_2")
_C1 = re.compile(rb"[\x80-\x9f]")
"""Letters and quotation marks of the first of the two, and nothing in the other; most else is the same in both."""
_OF_LANGUAGE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("ru", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"), _CYRILLIC),
    "uk": ("cp1251", "koi8_u", "cp866", "iso8859_5"),
    "zh": ("gb18030", "big5hkscs"),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
    **dict.fromkeys(("tr", "az", "ku"), ("cp1254",)),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "bs", "ro"), _CENTRAL_EUROPEAN),
    "el": ("cp1253", "iso8859_7"),
    "he": ("cp1255",),
    **dict.fromkeys(("ar", "fa", "ur"), ("cp1256", "iso8859_6")),
    "th": ("cp874",),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257",)),
    "vi": ("cp1258",),
}
"""The HTML Standard's charsets by a reader's locale, and what else the same language was written in on the web."""
_ANY = ("cp1252", *dict.fromkeys(name for names in _OF_LANGUAGE.values() for name in names))
_WESTERN = "cp1252"
_AFTER_LATIN = "\u0250"
_TURKISH, _NOT_TURKISH = frozenset("ğşıİŞĞ"), frozenset("áíóúæ")


def guessed(sample: bytes, language: str | None) -> str:
    """Python's codec for `sample`, which is no UTF-8, from an outlet in `language` (ISO 639-1); cp1252 where nothing
    tells, as browsers have it."""
    text = b". ".join(_TEXT.findall(sample))[:_MOST]
    candidates = _OF_LANGUAGE.get(_stated(sample) or (language or "")[:2].lower())
    if candidates is None:
        return _by_script(text)
    if candidates == _CENTRAL_EUROPEAN:
        return candidates[0] if _C1.search(text) else candidates[1]
    return candidates[0] if len(candidates) == 1 else (_best(text, candidates) or candidates[0])


def _stated(sample: bytes) -> str | None:
    """The language that the listing says it is in."""
    found = _LANGUAGE.search(sample[:_MOST])
    return next((word.decode().lower()[:2] for word in found.groups() if word), None) if found else None


def _by_script(text: bytes) -> str:
    """Of what no language is known of, another script shows itself; which Latin charset it is, a few accents do not."""
    name = _best(text, _ANY)
    read = text.decode(name, "replace") if name else ""
    if name == "cp1254" and len(_TURKISH.intersection(read)) > 1 and _NOT_TURKISH.isdisjoint(read.lower()):
        return name
    foreign = sum(char >= _AFTER_LATIN for char in read if char.isalpha())
    return name if name and 2 * foreign > sum(not char.isascii() for char in read if char.isalpha()) else _WESTERN


def _best(text: bytes, candidates: Sequence[str]) -> str | None:
    from charset_normalizer import from_bytes  # costs 50 ms to import, and few listings need it

    best = from_bytes(text, cp_isolation=list(candidates)).best()
    return best.encoding if best and best.encoding in candidates else None
