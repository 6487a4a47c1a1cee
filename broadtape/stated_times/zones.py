"""From a time of day as written to UTC: offsets, names of zones, and the zone of an outlet's country."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["Zone", "home_of", "read_zone", "to_utc"]

Zone = timedelta | str
"""An offset from UTC, or the name of a zone of the tz database."""

_MINUTES = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 60, "CET": 60, "MET": 60, "MEZ": 60, "CEST": 120,
    "MEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "МСК": 180, "TRT": 180, "SAMT": 240, "YEKT": 300,
    "OMST": 360, "NOVT": 420, "KRAT": 420,
    "IRKT": 480, "VLAT": 600, "IDT": 180, "IRST": 210, "AFT": 270, "AZT": 240, "UZT": 300, "PKT": 300, "NPT": 345,
    "BDT": 360, "BDST": 360, "MMT": 390, "ICT": 420, "WIB": 420, "WITA": 480, "WIT": 540, "MYT": 480, "PHT": 480,
    "SGT": 480, "HKT": 480, "AWST": 480, "JST": 540, "KST": 540, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660,
    "NZST": 720, "NZDT": 780, "WAT": 60, "CAT": 120, "SAST": 120, "EAT": 180, "ART": -180, "BRT": -180, "BRST": -120,
    "CLT": -240, "CLST": -180, "COT": -300, "PET": -300, "UYT": -180, "BOT": -240, "VET": -240, "AKST": -540,
    "AKDT": -480, "HST": -600, "PDT": -420, "MDT": -360, "NDT": -150, "ADT": -180,
}  # fmt: skip
# Names that several countries use: by the outlet's country, then what holds elsewhere. Where nothing does, the name
# says nothing.
_SHARED: dict[str, tuple[dict[str, int], int | None]] = {
    "IST": ({"IN": 330, "LK": 330, "IE": 60, "IL": 120}, None),
    "BST": ({"GB": 60, "IE": 60, "BD": 360}, None),
    "CST": ({"US": -360, "CA": -360, "MX": -360, "CR": -360, "CN": 480, "TW": 480, "CU": -300}, None),
    "AST": ({"CA": -240, "PR": -240, "BM": -240, "TT": -240, "SA": 180, "KW": 180, "QA": 180, "IQ": 180}, None),
    "GST": ({"AE": 240, "OM": 240, "GU": 600}, None),
    "NST": ({"CA": -210, "NP": 345}, None),
    "WST": ({"AU": 480, "WS": 780}, None),
    "SST": ({"AS": -660}, None),
    "AMT": ({"AM": 240, "BR": -240}, None),
    "CDT": ({"CU": -240}, -300),
    "EST": ({"AU": 600}, -300),
    "EDT": ({"AU": 660}, -240),
    "PST": ({"PH": 480}, -480),
    "MST": ({"MY": 480, "MM": 390}, -420),
}
_PLACES = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles", "new york": "America/New_York", "london": "Europe/London", "uk": "Europe/London",
    "india": "Asia/Kolkata", "indian": "Asia/Kolkata", "china": "Asia/Shanghai", "beijing": "Asia/Shanghai",
    "japan": "Asia/Tokyo", "tokyo": "Asia/Tokyo", "hong kong": "Asia/Hong_Kong", "singapore": "Asia/Singapore",
    "moscow": "Europe/Moscow", "central european": "Europe/Berlin", "korea": "Asia/Seoul", "seoul": "Asia/Seoul",
    "sydney": "Australia/Sydney", "dubai": "Asia/Dubai", "paris": "Europe/Paris", "berlin": "Europe/Berlin",
    "israel": "Asia/Jerusalem", "istanbul": "Europe/Istanbul", "toronto": "America/Toronto",
}  # fmt: skip
# Countries that keep one time, or whose press does; the others' outlets give a day where they write no zone.
_HOMES = {
    "AE": "Asia/Dubai", "AR": "America/Argentina/Buenos_Aires", "AT": "Europe/Vienna", "BD": "Asia/Dhaka",
    "BE": "Europe/Brussels", "BG": "Europe/Sofia", "CH": "Europe/Zurich", "CN": "Asia/Shanghai", "CO": "America/Bogota",
    "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn",
    "EG": "Africa/Cairo", "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GB": "Europe/London", "GR": "Europe/Athens",
    "HK": "Asia/Hong_Kong", "HR": "Europe/Zagreb", "HU": "Europe/Budapest", "IE": "Europe/Dublin",
    "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata", "IS": "Atlantic/Reykjavik", "IT": "Europe/Rome", "JP": "Asia/Tokyo",
    "KE": "Africa/Nairobi", "KR": "Asia/Seoul", "LK": "Asia/Colombo", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga", "MY": "Asia/Kuala_Lumpur", "NG": "Africa/Lagos", "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo", "NP": "Asia/Kathmandu", "PE": "America/Lima", "PH": "Asia/Manila", "PK": "Asia/Karachi",
    "PL": "Europe/Warsaw", "QA": "Asia/Qatar", "RO": "Europe/Bucharest", "RS": "Europe/Belgrade", "SA": "Asia/Riyadh",
    "SE": "Europe/Stockholm", "SG": "Asia/Singapore", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
    "TH": "Asia/Bangkok", "TR": "Europe/Istanbul", "TW": "Asia/Taipei", "UA": "Europe/Kyiv",
    "VN": "Asia/Ho_Chi_Minh", "ZA": "Africa/Johannesburg",
}  # fmt: skip

_AREAS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Europe|Indian|Mexico|Pacific|US|Etc"
_CITY = r"[A-Za-z]{2,20}(?:[_-][A-Za-z]{1,20}){0,3}"
_AFTER = re.compile(
    r"\s?[,(\[|/]?\s?(?:"
    rf"(?P<place>Etc/GMT[+-]\d{{1,2}}|(?:{_AREAS})/{_CITY}(?:/{_CITY})?)|"
    r"(?:(?P<utc>GMT|UTC|UT|Z)\s?)?(?P<sign>[+-])(?P<offset>\d{1,2}[:.]\d{2}(?::00)?|\d{1,2}\.[05]|\d{1,4})(?![\d:]|\.\d)|"
    r"(?P<words>(?:U\.?S\.? )?[A-Z][A-Za-z]{1,7}(?: [A-Z][A-Za-z]{2,8})?) (?:(?:Standard|Daylight|Summer) )?[Tt]ime\b|"
    r"(?P<name>[A-Za-z]{1,4}[Tt]|[Zz]|UTC|utc|MEZ|MESZ|MSK|WIB|WITA|МСК|мск)(?![A-Za-z])|"
    r"(?P<local>local time)"
    r")"
)
_WIDEST_WEST, _WIDEST_EAST = timedelta(hours=-12), timedelta(hours=14)


def read_zone(text: str, country: str | None, *, small: bool = False) -> tuple[Zone | None, int] | None:
    """The zone that `text` begins with and where it ends; None where it begins with none.

    A zone that is stated and cannot be read, or means different things in different countries and not in `country`
    (ISO 3166), comes as (None, end): the time of day is then not known. `small`: names may stand in small letters.
    """
    match = _AFTER.match(text)
    if not match:
        return None
    end = match.end()
    if match["place"]:
        return (match["place"] if _exists(match["place"]) else None), end
    if match["offset"]:
        return _offset(match["sign"], match["offset"]), end
    if match["words"]:
        place = _PLACES.get(match["words"].lower().replace("u.s. ", "").replace("us ", ""))
        return (place, end) if place else None
    if match["name"]:
        return _named(match["name"], end, country, small)
    return None, end


def home_of(country: str | None) -> str | None:
    """The zone in which a country's outlets write; None where the country has several."""
    return _HOMES.get(country or "")


def to_utc(naive: datetime, zone: Zone) -> datetime:
    """A time of day in `zone` as UTC; raises OverflowError at the ends of time."""
    if isinstance(zone, timedelta):
        return (naive - zone).replace(tzinfo=UTC)
    return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _named(word: str, end: int, country: str | None, small: bool) -> tuple[Zone | None, int] | None:
    name = word.upper()
    if word != name and not (small or name in ("Z", "UTC", "GMT", "BDST", "МСК")):
        return None
    if name in _PLACES:
        return _PLACES[name], end
    if name in _SHARED:
        by_country, elsewhere = _SHARED[name]
        minutes = by_country.get(country or "", elsewhere)
    elif name in _MINUTES:
        minutes = _MINUTES[name]
    else:
        return (None, end) if word == name and len(word) > 2 else None
    return (None if minutes is None else timedelta(minutes=minutes)), end


def _offset(sign: str, digits: str) -> timedelta | None:
    """`+0530`, `+05:30`, `+05.30`, `+5`, `+5.5`, `-500`; None where no clock on Earth is so far from UTC."""
    digits = digits.replace(".5", ".30").replace(".0", ".00") if digits[-2:] in (".5", ".0") else digits
    digits = digits.removesuffix(":00") if digits.count(":") > 1 else digits
    digits = re.sub("[:.]", "", digits)
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if sign != "+":
        offset = -offset
    return offset if _WIDEST_WEST <= offset <= _WIDEST_EAST and int(minutes) % 15 == 0 else None
