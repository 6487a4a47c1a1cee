"""Characters that no reader sees, and those that a wrong transcoding left: out, or put right, before anything is read.

Soft hyphens, zero-width spaces, word joiners and byte order marks make two words of one for whoever searches, and none
of them shows. C1 controls are the punctuation of Windows-1252 read as Latin-1; browsers show them as what they were
meant to be. Joiners stay where a script needs them, and go where they stand between ASCII letters.
"""

from __future__ import annotations

import re

__all__ = ["readable", "readable_page"]

_UNSEEN = "\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufffc\ufffe\uffff"
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_TO_READABLE = str.maketrans({**dict.fromkeys(_UNSEEN, ""), **{chr(code): char for code, char in _C1.items()}})
_TO_LOOK_AT = re.compile(rf"[{_UNSEEN}\u0080-\u009f\u200c\u200d\ud800-\udfff]")
_JOINER = re.compile(r"(?<=[\x00-\x7f])[\u200c\u200d]+(?=[\x00-\x7f])")

_ASCII = bytes(range(0x80))
_TO_LOOK_AT_BYTES = re.compile("|".join([*_UNSEEN, "\u200c", "\u200d"]).encode() + rb"|\xc2[\x80-\x9f]")
_C1_BYTES = re.compile(rb"\xc2[\x80-\x9f]")
# What references can write of them: every one begins with `&` and one of few letters, so that scanning stays fast.
_REFERENCE = re.compile(
    rb"&(?:shy|ZeroWidthSpace|NoBreak|NegativeMediumSpace|"
    rb"#(?:0{0,6}(?P<dec>1[2-5][0-9]|173|6158|8203|828[89]|829[012]|65279|65532)|"
    rb"[xX]0{0,6}(?P<hex>[89][0-9a-fA-F]|[aA][dD]|180[eE]|200[bB]|206[0-4]|[fF][eE][fF][fF]|[fF]{3}[cC])))"
    rb"(?:;|(?![0-9a-zA-Z;]))"
)


def readable(text: str) -> str:
    """`text` without what does not show, C1 controls as the characters they stand for; always valid Unicode.

    Surrogates that stand alone become U+FFFD, pairs of them the character that they spell.
    """
    if text.isascii() or not _TO_LOOK_AT.search(text):
        return text
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _JOINER.sub("", text.translate(_TO_READABLE))


def readable_page(text: str) -> bytes:
    """The same for a page, as UTF-8; there references (`&shy;`, `&#8203;`) write such characters as well."""
    data = text.encode("utf-8", "replace")
    # Of a page in Latin letters little is left without its ASCII, and that is soon looked through.
    if not text.isascii() and _TO_LOOK_AT_BYTES.search(data.translate(None, _ASCII)):
        data = _C1_BYTES.sub(lambda match: _C1[match[0][1]].encode(), _seen(text).encode("utf-8", "replace"))
    return _REFERENCE.sub(_referred, data)


def _seen(text: str) -> str:
    # One pass for each character is a tenth of what one pattern for all of them costs.
    for unseen in _UNSEEN:
        if unseen in text:
            text = text.replace(unseen, "")
    return _JOINER.sub("", text) if "\u200c" in text or "\u200d" in text else text


def _referred(match: re.Match[bytes]) -> bytes:
    written = match["dec"] or match["hex"]
    code = int(written, 10 if match["dec"] else 16) if written else 0
    if 0x80 <= code <= 0x9F:
        return _C1[code].encode()
    return match[0] if 0x20 <= code < 0x80 else b""
