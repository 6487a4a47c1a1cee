"""The language of a text, by its script and its function words."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter, defaultdict
from importlib import resources

__all__ = ["language_of", "word_count"]

_SAMPLE = 4_000
_LATIN = 0.8
_LEAST_WORDS = 8
_LEAST_SCORE = 0.1
_NEAR = 0.85
"""Share of the best score from which on the language that a page states is believed: Dutch and Afrikaans, Czech and
Slovak, Indonesian and Malay have most of their small words in common, and a brief has few."""
_COMMON = 0.2
_MOST_FREQUENT = 400
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CODE = re.compile(r"[a-z]{2}(?=[-_]|$)")
# A script that one language of the news writes alone, or nearly so.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile(r"[\uac00-\ud7af]"), 0.3),
    ("zh", re.compile(r"[\u3400-\u9fff]"), 0.3),
    ("el", re.compile(r"[\u0370-\u03ff]"), 0.5),
    ("he", re.compile(r"[\u0590-\u05ff]"), 0.5),
    ("th", re.compile(r"[\u0e00-\u0e7f]"), 0.5),
    ("hi", re.compile(r"[\u0900-\u097f]"), 0.5),
    ("ta", re.compile(r"[\u0b80-\u0bff]"), 0.5),
    ("te", re.compile(r"[\u0c00-\u0c7f]"), 0.5),
    ("bn", re.compile(r"[\u0980-\u09ff]"), 0.5),
    ("gu", re.compile(r"[\u0a80-\u0aff]"), 0.5),
    ("ka", re.compile(r"[\u10a0-\u10ff]"), 0.5),
    ("hy", re.compile(r"[\u0530-\u058f]"), 0.5),
)
# Chinese characters, kana, Thai, Lao, Khmer and Burmese: written without spaces between words.
_UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_BY_WORDS = {
    "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian", "ca": "Catalan",
    "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "et": "Estonian",
    "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "kk": "Kazakh",
    "lb": "Luxembourgish", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ms": "Malay",
    "nb": "Norwegian_Bokmal", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
}  # fmt: skip
_ISO = {"nb": "no"}
_STATED_AS = {"no": "nb"}


def language_of(text: str, stated: str | None = None) -> str | None:
    """ISO 639-1 code of the language of `text`, found on the text itself.

    `stated`, the page's own `lang`, only answers for texts too short or too strange to tell, and where it is as likely
    as another one.
    """
    sample = text[:_SAMPLE]
    words = _WORD.findall(sample.casefold())
    letters = sum(map(len, words))
    # Latin letters, counted as the bytes they have in Latin-1, spare most texts the look at other scripts.
    if len(sample.encode("latin-1", "ignore")) < _LATIN * len(sample):
        for code, script, share in _SCRIPTS:
            if letters and len(script.findall(sample)) > letters * share:
                return code
    if len(words) < _LEAST_WORDS:
        return _stated(stated)
    weights = _weights()
    scores: dict[str, float] = defaultdict(float)
    for word, count in Counter(filter(weights.__contains__, words)).items():
        for code, weight in weights[word]:
            scores[code] += weight * min(count, 12)
    if not scores:
        return _stated(stated)
    code, score = max(scores.items(), key=lambda item: item[1])
    own = _stated(stated)
    if score / len(words) < _LEAST_SCORE or scores.get(_STATED_AS.get(own or "", own or ""), 0.0) >= _NEAR * score:
        return own
    return _ISO.get(code, code)


def word_count(text: str) -> int:
    """Words of `text`: what white space parts, and, in scripts without any, two characters as one word."""
    if text.isascii():
        return len(text.split())
    unparted = len(_UNPARTED.findall(text))
    return len(_UNPARTED.sub(" ", text).split()) + (unparted + 1) // 2 if unparted else len(text.split())


def _stated(value: str | None) -> str | None:
    match = _CODE.match(value.lower()) if value else None
    return match[0] if match else None


@functools.cache
def _weights() -> dict[str, tuple[tuple[str, float], ...]]:
    """For each function word the languages that have it, each with a weight: the fewer share it, the more."""
    owners: dict[str, list[str]] = {}
    for code, name in _BY_WORDS.items():
        for word in _frequent(name):
            owners.setdefault(word, []).append(code)
    rank = math.log(len(_BY_WORDS) + 1)
    return {
        word: tuple((code, _COMMON + (1 - _COMMON) * (1 - math.log(len(codes)) / rank)) for code in codes)
        for word, codes in owners.items()
    }


def _frequent(name: str) -> list[str]:
    """The commonest words of a language: justext's lists run from the most frequent on, some to thousands."""
    lines = resources.files("justext").joinpath("stoplists", f"{name}.txt").read_text("utf-8").split()
    return list(dict.fromkeys(line.casefold() for line in lines))[:_MOST_FREQUENT]
