"""Bytes to text: which charset a page is really written in."""

from __future__ import annotations

import re

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    to_unicode,
)

from broadtape.text.charsets import LEGACY, codec_of

__all__ = ["decode"]

_STATEFUL = frozenset({"iso2022_jp", "iso-2022-jp", "hz", "iso2022_kr", "utf-7"})
_SAMPLE = 20_000
_AFTER_LATIN = "\u0250"
_LANGUAGE = re.compile(rb"""<html\b[^>]{0,2000}?\slang\s{0,9}=\s{0,9}["']?([a-zA-Z]{2})\b""", re.IGNORECASE)
_WESTERN = frozenset("ca da de en es eu fi fr ga gl is it nb nl nn no pt sv".split())
_OF_THE_WEB = LEGACY | {"utf-8", "iso2022_kr"}


def decode(data: bytes, content_type: str | None = None) -> str:
    """The text of `data`; undecodable bytes become U+FFFD.

    A byte order mark rules. Then whatever proves itself: bytes that are valid UTF-8 and not plain ASCII are UTF-8
    whatever header and meta tag claim. Then the header, the meta tag and, where neither fits the bytes, detection.
    """
    bom, mark = read_bom(data)
    if bom and mark:
        return to_unicode(data[len(mark) :], bom)
    declared = _declared(data, content_type)
    if _has_wide_units(data):
        return data.decode("utf-16-le" if data[1:200:2].count(0) > data[0:200:2].count(0) else "utf-16-be", "replace")
    if not any(name in _STATEFUL for name in declared):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            if _cut_off(data, error) or (_is_utf8(declared) and _mostly_utf8(data)):
                return data.decode("utf-8", "replace")
    for name in declared:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return to_unicode(data, _detected(data) or next((n for n in declared if n != "utf-8"), "cp1252"))


def _declared(data: bytes, content_type: str | None) -> list[str]:
    """Python codec names that the header and then the page claim, as browsers read them (latin-1 is cp1252).

    A label of no encoding of the web is none, and neither is UTF-16, which shows itself or is not there.
    """
    named = (http_content_type_encoding(content_type), html_body_declared_encoding(data))
    return list(dict.fromkeys(name for name in named if name and _is_of_the_web(name)))


def _is_of_the_web(label: str) -> bool:
    return codec_of(label) in _OF_THE_WEB


def _is_utf8(declared: list[str]) -> bool:
    return bool(declared) and declared[0] == "utf-8"


def _has_wide_units(data: bytes) -> bool:
    head = data[:200]
    return len(head) > 20 and head.count(0) > len(head) // 3


def _cut_off(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether the only fault is a character cut in two at the very end."""
    return error.start >= len(data) - 3 and not data.isascii() and error.start > 0 and len(data) > _SAMPLE // 100


def _mostly_utf8(data: bytes) -> bool:
    """Whether a page that claims UTF-8 holds only a few stray bytes, as pages pasted from two sources do."""
    text = data.decode("utf-8", "replace")
    broken = text.count("�")
    wide = sum(not char.isascii() for char in text[: _SAMPLE * 5]) - broken
    return broken <= max(3, wide // 10)


def _detected(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # costs 50 ms to import, and few pages need it

    sample = data if len(data) <= 2 * _SAMPLE else data[:_SAMPLE] + data[-_SAMPLE:]
    best = from_bytes(sample).best()
    if best and _is_western(data) and all(not char.isalpha() or char < _AFTER_LATIN for char in str(best)):
        return "cp1252"  # which of the Latin charsets it is, a few accents do not tell, and browsers take this one
    return best.encoding if best else None


def _is_western(data: bytes) -> bool:
    stated = _LANGUAGE.search(data[:_SAMPLE])
    return stated is not None and stated[1].lower().decode() in _WESTERN
