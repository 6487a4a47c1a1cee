"""Bytes of a listing to text, piece by piece."""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterator

from w3lib.encoding import http_content_type_encoding

from broadtape.text.charsets import LEGACY, codec_of
from spiders.discovery.documents.charset_guess import guessed

__all__ = ["decoded"]

_SAMPLE = 2**20
"""Bytes by which the charset is told. Declarations stand at the beginning; whether they are true shows soon."""
_DECLARATION = re.compile(rb"""<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STATEFUL = {"iso2022_jp", "hz"}
_OF_EVERYTHING = "cp1252"
_OF_PAIRS = {"gbk", "gb18030", "big5hkscs", "euc_jp", "cp932", "cp949", "cp874"}
"""Two bytes of these often happen to be a character of UTF-8, up to one of three."""


def decoded(pieces: Iterator[bytes], content_type: str | None, language: str | None = None) -> Iterator[str]:
    """The text of a listing whose header says `content_type`; undecodable bytes become U+FFFD.

    `language` (ISO 639-1) is its outlet's, which tells where nothing is declared.
    """
    head: list[bytes] = []
    while sum(map(len, head)) < _SAMPLE and (piece := next(pieces, None)) is not None:
        head.append(piece)
    sample = b"".join(head)
    mark, name = _marked(sample) or (b"", _chosen(sample, content_type, language))
    decoder = codecs.getincrementaldecoder(name)("replace")
    for piece in itertools.chain([sample[len(mark) :]], pieces):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _marked(sample: bytes) -> tuple[bytes, str] | None:
    return next(((mark, name) for mark, name in _MARKS if sample.startswith(mark)), None)


def _chosen(sample: bytes, content_type: str | None, language: str | None) -> str:
    """UTF-8 wherever the bytes bear it out, even with some of them damaged; else the legacy charset declared, and where
    that is none, or Latin-1, which servers say of everything, the one that language and bytes tell."""
    head = sample[:200]
    if head.count(0) > len(head) // 3:
        return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"
    declared = _declared(sample, content_type)
    stateful = next((name for name in declared if name in _STATEFUL), None)
    if stateful and (b"\x1b" in sample or b"~{" in sample):
        return stateful
    text = sample.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if not damaged:
        return "utf-8"
    whole = len(text) - len(text.encode("ascii", "ignore")) - damaged
    legacy = next((name for name in declared if name != _OF_EVERYTHING), None) or guessed(sample, language)
    # A character is damaged where somebody cut a text by bytes; a legacy charset damages every one of them.
    if damaged <= 2 * whole and not (damaged * 10 > whole and _is_in_pairs(sample, legacy)):
        return "utf-8"
    return legacy


def _is_in_pairs(sample: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return False
    return name in _OF_PAIRS


def _declared(sample: bytes, content_type: str | None) -> list[str]:
    """The legacy charsets, as Python's codecs, that the header and then the XML declaration name."""
    found = _DECLARATION.search(sample[:4096])
    labels = (http_content_type_encoding((content_type or "")[:200]), found and found[1].decode("ascii", "replace"))
    names = (codec_of(label) for label in labels if label)
    return [name for name in dict.fromkeys(names) if name in LEGACY]
