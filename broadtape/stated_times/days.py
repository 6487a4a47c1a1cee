"""The calendar day in a text: ISO 8601, months by name in many languages, numbers in the country's order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from broadtape.stated_times.months import month_named

__all__ = ["Day", "day_in"]

_WORD = r"[^\s\d,;:|/()\[\]<>\"'’“”–—+-]{2,24}"
_MONTH = rf"(?P<month>{_WORD}(?: [\u0620-\u06ff]{{3,8}})?)"
_YEAR = r"(?P<year>\d{4}(?!\d)|['’]?\d{2}(?=$|,?\s\d{1,2}:\d\d))"
_ORDINAL = r"(?:st|nd|rd|th|er|re|º|ª|°|[-:]?[ae](?=\s))?\.?"
_GAP = r"(?:\s?[-/,]\s?|\s?)"

_ISO = re.compile(r"(?<![\d.,])(?P<year>\d{4})(?P<sep>[-/.]) ?(?P<month>\d{1,2})(?P=sep) ?(?P<day>\d{1,2})(?![\d])")
_COMPACT = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?=T\d|\b(?![-/.]\d))")
_CHARACTERS = re.compile(
    r"(?:(?P<era>令和|平成)(?P<of>\d{1,2}|元)|(?<!\d)(?P<year>\d{4}))\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?"
    r"(?P<day>\d{1,2})(?!\d)\s?[日号號일]?"
)
_DAY_FIRST = re.compile(
    rf"(?<![\d.:/])(?<!\d,)(?P<day>\d{{1,2}}){_ORDINAL}{_GAP}(?:(?:de|of|di|do|den|da)\s|d['’])?{_MONTH}{_GAP}"
    rf"(?:(?:de|del|of|do|năm)\s)?{_YEAR}"
)
_NUMBERED_MONTH = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s(?:tháng|thg)\s(?P<month>\d{1,2})(?:,?\snăm)?,?\s(?P<year>\d{4})(?!\d)", re.IGNORECASE
)
_NUMBERED_DAY_FIRST = re.compile(
    r"(?<![\d.,:/])(?P<day>\d{1,2})\s(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s?[月월]\s(?P<year>\d{4})(?!\d)"
)
"""A feed's `03 七月 2026`: English order, with the month as Java names it in its server's language."""
_MONTH_FIRST = re.compile(rf"{_MONTH}\s?[-/.]?\s?(?P<day>\d{{1,2}}){_ORDINAL}(?:\s?[-/,]\s?|\s)(?:of\s)?{_YEAR}")
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}})[.,]?{_GAP}(?:m\.\s)?{_MONTH}\s?[-/.]?\s?(?P<day>\d{{1,2}})(?!\d|:\d)"
)
_LATVIAN = re.compile(rf"(?<!\d)(?P<year>\d{{4}})\.\s?gada\s(?P<day>\d{{1,2}})\.\s?{_MONTH}")
_NUMBERS = re.compile(
    r"(?<![\d.,:/-])(?P<one>\d{1,2})\s?(?P<sep>[./-])\s?(?P<two>\d{1,2})\s?(?P=sep)\s?(?P<year>\d{4}|\d{2})(?!\d|[.:]\d)"
)

_BUDDHIST = range(2400, 2700)
_YEARS = range(1900, 2101)
_ERAS = {"令和": 2018, "平成": 1988}
_MONTH_BEFORE_DAY = frozenset({"US", "PH", "PR", "GU", "FM", "MH", "PW", "VI", "AS"})
_EITHER_ORDER = frozenset({"CA", "CN", "JP", "KR", "TW", "HU", "LT", "MN"})
_LANGUAGES_OF_EITHER_ORDER = frozenset({"en", "zh", "ja", "ko", "hu", "lt", "mn", "fil", "tl"})
_SHORT, _PIVOT = 2, 90
_MONTHS = 12
_CHINESE = {name: number for number, name in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), 1)}

_Parts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Day:
    """A day and where in the text it stands."""

    value: date
    start: int
    end: int


def day_in(text: str, country: str | None, language: str | None) -> Day | None:
    """The first calendar day that a text states with its year, or None.

    Numbers such as 5/6/2026 are read in the order of `country` (ISO 3166), else of `language` (ISO 639-1); where
    neither tells, and both orders are possible, they say nothing.
    """
    found = [day for pattern, parts in _FORMS if (day := _first(pattern, parts, text, country, language))]
    return min(found, key=lambda day: (day.start, -day.end), default=None)


_Reader = Callable[[re.Match[str], str | None, str | None], _Parts | None]


def _first(
    pattern: re.Pattern[str], parts: _Reader, text: str, country: str | None, language: str | None
) -> Day | None:
    for match in pattern.finditer(text):
        found = parts(match, country, language)
        if found and (value := _date(*found)):
            return Day(value, match.start(), match.end())
    return None


def _numbered(match: re.Match[str], _country: str | None, _language: str | None) -> _Parts:
    month = match["month"]
    return _year(match["year"]), _CHINESE.get(month) or int(month), int(match["day"])


def _named(match: re.Match[str], _country: str | None, language: str | None) -> _Parts | None:
    month = month_named(match["month"], language)
    return (_year(match["year"]), month, int(match["day"])) if month else None


def _of_era(match: re.Match[str], _country: str | None, _language: str | None) -> _Parts:
    year = int(match["year"] or 0)
    if match["era"]:
        year = _ERAS[match["era"]] + (1 if match["of"] == "元" else int(match["of"]))
    return year, int(match["month"]), int(match["day"])


def _in_order(match: re.Match[str], country: str | None, language: str | None) -> _Parts | None:
    one, two, year = int(match["one"]), int(match["two"]), _year(match["year"])
    if match["sep"] != "." and len(match["year"]) == _SHORT and not _year_last(match["sep"], country, language):
        return None
    if one == two or two > _MONTHS:
        return year, one, two
    if one > _MONTHS:
        return year, two, one
    if country in _MONTH_BEFORE_DAY:
        return year, one, two
    if match["sep"] == "." or (country and country not in _EITHER_ORDER):
        return year, two, one
    if not country and language and language not in _LANGUAGES_OF_EITHER_ORDER:
        return year, two, one
    return None


def _year_last(separator: str, country: str | None, language: str | None) -> bool:
    """Whether a year of two digits is known to stand last, which 26/11/12 itself does not tell."""
    if separator == "-":
        return False
    if country:
        return country not in _EITHER_ORDER
    return language == "en" or bool(language and language not in _LANGUAGES_OF_EITHER_ORDER)


def _year(digits: str) -> int:
    year = int(digits.lstrip("'’"))
    return year if len(digits) > _SHORT + 1 else year + (1900 if year >= _PIVOT else 2000)


def _date(year: int, month: int, day: int) -> date | None:
    if year in _BUDDHIST:
        year -= 543
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_ISO, _numbered),
    (_COMPACT, _numbered),
    (_CHARACTERS, _of_era),
    (_DAY_FIRST, _named),
    (_NUMBERED_MONTH, _numbered),
    (_NUMBERED_DAY_FIRST, _numbered),
    (_MONTH_FIRST, _named),
    (_YEAR_FIRST, _named),
    (_LATVIAN, _named),
    (_NUMBERS, _in_order),
)
