"""The names of months, in the languages of outlets and their neighbours."""

from __future__ import annotations

import functools
import unicodedata
from importlib import resources

__all__ = ["month_named"]

# What newspapers write beside CLDR's names and abbreviations.
_ALSO = {
    "en": {"sept": 9, "janu": 1, "febr": 2},
    "de": {"jänner": 1, "maerz": 3, "mrz": 3, "jän": 1, "feber": 2},
    "es": {"set": 9, "setiembre": 9},
    "it": {"sett": 9, "genn": 1, "febb": 2, "magg": 5},
    "nl": {"mrt": 3},
    "ro": {"sept": 9, "noi": 11},
    "sv": {"sept": 9, "okt": 10},
    "hi": {"नवम्बर": 11, "दिसम्बर": 12, "सितम्बर": 9},
}
_LONGEST = 24


def month_named(word: str, language: str | None = None) -> int | None:
    """The number of a month by its name or abbreviation, in any case, with or without accents and full stops.

    `language` (ISO 639-1) decides where two languages give a name to different months, as Polish and Croatian do;
    without it such a name is None.
    """
    if len(word) > _LONGEST:
        return None
    name = _folded(word)
    names = _names()
    known = names.get(name) or names.get(_bare(name))
    if not known and name[:1] in "במ":  # Hebrew writes "in November" as one word
        known = names.get(name[1:])
    if not known:
        return None
    months = set(known.values())
    return known.get(language or "") or (months.pop() if len(months) == 1 else None)


@functools.cache
def _names() -> dict[str, dict[str, int]]:
    """For each name the month it is in each language that has it.

    months.tsv: CLDR's names and abbreviations, one language a line; a test compares it with CLDR.
    """
    found: dict[str, dict[str, int]] = {}
    for line in resources.files(__package__).joinpath("months.tsv").read_text("utf-8").splitlines():
        locale, *months = line.split("\t")
        language = locale.partition("_")[0]
        told = {name: number for number, names in enumerate(months, 1) for name in names.split(" / ")}
        for name, number in (told | _ALSO.get(locale, {})).items():
            for form in {_folded(name), _bare(_folded(name))}:
                found.setdefault(form, {}).setdefault(language, number)
    return found


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold().replace(".", "").replace("॰", "").strip()


def _bare(word: str) -> str:
    """`word` without accents."""
    parts = unicodedata.normalize("NFD", word)
    return "".join(c for c in parts if unicodedata.category(c) != "Mn") if word.isalpha() else word
