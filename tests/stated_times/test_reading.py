"""Times as publishers write them: read right, or with less precision, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.stated_times import EARLIEST, is_plausible, read_time

EXACT = (
    ("2026-11-12T17:30:05Z", None, "2026-11-12T17:30:05"),
    ("2026-11-12T17:30:5Z", None, "2026-11-12T17:30:05"),
    ("2026-11-12 17:30:05 +0530", None, "2026-11-12T12:00:05"),
    ("2026-11-12T17:30:05.250000-0500", None, "2026-11-12T22:30:05.250000"),
    ("20261112T173005Z", None, "2026-11-12T17:30:05"),
    ("2026-11-12T17:30:05+01:00[Europe/Madrid]", None, "2026-11-12T16:30:05"),
    ("2026-07-12 17:30:05 America/New_York", None, "2026-07-12T21:30:05"),
    ("Thu Nov 12 2026 17:30:05 GMT+0800 (China Standard Time)", None, "2026-11-12T09:30:05"),
    ("Thu Nov 12 17:30:05 EST 2026", None, "2026-11-12T22:30:05"),
    ("Thu, 12 Nov 26 17:30:05 GMT", None, "2026-11-12T17:30:05"),
    ("04:25:06 PM IST Nov 12, 2026", "IN", "2026-11-12T10:55:06"),
    ("1794504605", None, "2026-11-12T17:30:05"),
    ("1794504605000", None, "2026-11-12T17:30:05"),
    ("20261112173005Z", None, "2026-11-12T17:30:05"),
    ("Thu,12 Nov 2026 17:30:05 GMT", None, "2026-11-12T17:30:05"),
    ("Thu, 12 Nov 2026 17:30:05 MSK", None, "2026-11-12T14:30:05"),
    ("Sun, 12 Jul 2026 17:30:05 MEST", None, "2026-07-12T15:30:05"),
    ("Thu, 12 Nov 2026 17:30:05 +05.30", None, "2026-11-12T12:00:05"),
    ("Thu, 12 Nov 2026 17:30:05 GMT+5.5", None, "2026-11-12T12:00:05"),
    ("Thu, 12 Nov 2026 17:30:05 GMT+02:00:00", None, "2026-11-12T15:30:05"),
    ("Thu, 12 Nov 2026 17:30:05 Etc/GMT+5", None, "2026-11-12T22:30:05"),
    ("2026-11-12 17:30:05 America/Port-au-Prince", None, "2026-11-12T22:30:05"),
    ("星期四, 12 十一月 2026 17:30:05 +0800", None, "2026-11-12T09:30:05"),
    ("木, 12 11月 2026 17:30:05 +0900", None, "2026-11-12T08:30:05"),
    ("2026-11-12T24:00:00Z", None, "2026-11-13T00:00:00"),
    ("2026-11-12T17:30:60Z", None, "2026-11-12T17:31:00"),
)
TO_THE_MINUTE = (
    ("Nov. 12, 2026 4:05 PM ET", None, "2026-11-12T21:05"),
    ("July 12, 2026 at 4 p.m. ET", None, "2026-07-12T20:00"),
    ("4:05 pm est, 12 November 2026", None, "2026-11-12T21:05"),
    ("12 November 2026 12:05 AM GMT", None, "2026-11-12T00:05"),
    ("12 Nov 2026 17:30 UTC+2", None, "2026-11-12T15:30"),
    ("2026-11-12T10:15-500", None, "2026-11-12T15:15"),
    ("Posted on 2026-11-12 09:30 PM Central European Time", None, "2026-11-12T20:30"),
    ("12-Nov-2026 | 17:30 Hrs IST", "IN", "2026-11-12T12:00"),
    ("12-Nov-2026 17:30 IST", "IE", "2026-11-12T16:30"),
    ("12 Nov 2026 10:00 CST", "TW", "2026-11-12T02:00"),
    ("12 Nov 2026 10:00 CST", "US", "2026-11-12T16:00"),
    ("12 Nov 2026 10:00 EST", "AU", "2026-11-12T00:00"),
    ("Do., 12.11.2026 - 17:30 Uhr", "DE", "2026-11-12T16:30"),
    ("12. Juli 2026, 17.30 Uhr", "AT", "2026-07-12T15:30"),
    ("12 novembre 2026 à 17h30", "FR", "2026-11-12T16:30"),
    ("12 de noviembre de 2026 a las 5:30 p. m.", "CO", "2026-11-12T22:30"),
    ("12 Νοε 2026 5:30 μ.μ.", "GR", "2026-11-12T15:30"),
    ("12 Kasım 2026 Perşembe 17:30", "TR", "2026-11-12T14:30"),
    ("2026年11月12日 午後5時30分", "JP", "2026-11-12T08:30"),
    ("2026년 11월 12일 오후 5:30", "KR", "2026-11-12T08:30"),
    ("2026-11-12 17:30", "SE", "2026-11-12T16:30"),
    ("12 ноября 2026, 17:30 МСК", None, "2026-11-12T14:30"),
)  # fmt: skip
DAYS = (
    ("2026-11-12", None, None), ("20261112", None, None), ("2026/11/12", None, None), ("2026. 11. 12.", None, None),
    ("Updated: 12th of November, 2026", None, None), ("November 12th 2026", None, None), ("Nov12,2026", None, None),
    ("Thursday · Nov 12, 2026 · 5 min read", None, None), ("5 min read | 12/Nov/2026", None, None),
    ("12.11.26", None, None), ("12.11.2026", None, "en"), ("12/11/2026", "GB", None), ("11/12/2026", "US", None),
    ("12/11/2026", None, "es"), ("12-11-2026", "IN", "en"),
    ("den 12 november 2026", None, "sv"), ("12 de noviembre de 2026", None, None), ("12 listopada 2026", "PL", None),
    ("12 listopadu 2026", None, "cs"), ("12 studenoga 2026.", None, None), ("12. marraskuuta 2026", None, None),
    ("2026. november 12.", None, "hu"), ("2026 m. lapkričio 12 d.", None, None),
    ("2026. gada 12. novembris", None, None),
    ("12 नवंबर 2026", None, None), ("१२ नवंबर २०२६", None, None), ("١٢ نوفمبر ٢٠٢٦", None, None),
    ("12 تشرين الثاني 2026", None, None), ("12 בנובמבר 2026", None, None), ("12 พ.ย. 2569", None, None),
    ("Thứ Năm, 12 tháng 11 năm 2026", None, None), ("2026年11月12日", None, None), ("令和8年11月12日", None, None),
)  # fmt: skip
DAY_ALONE = (
    ("2026-11-12T17:30:05", None),
    ("Nov 12, 2026 5:30 PM", "US"),  # a country of several zones
    ("12 Nov 2026 10:00 CST", None),
    ("12 Nov 2026 10:00 IST", None),
    ("12 Nov 2026 10:00 XYZT", "DE"),
    ("2026-11-12T10:15:00+99:00", "DE"),
    ("Nov 12, 2026 13:05 AM EST", None),
    ("2026-11-12T25:00:00Z", None),
    ("2026-11-12T24:30:00Z", None),
    ("12 Nov 2026 10:00 local time", "DE"),
)
NONE = (
    "", "Nov 12", "yesterday", "2 hours ago", "Copyright 2026", "12/11/2026", "26/11/12", "2026-13-45", "2026-11",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "1970-01-01", "0", "12 Story 2026", "+1 212 555 0199",
    "30 February 2026", "12 listopada 2026", "Version 3.11.2026.4",
)  # fmt: skip


@pytest.mark.parametrize(("text", "country", "moment"), EXACT)
def test_to_the_second(text: str, country: str | None, moment: str) -> None:
    stated = read_time(text, country=country)
    assert stated
    assert (stated.moment, stated.precision) == (utc(moment), "second")


@pytest.mark.parametrize(("text", "country", "moment"), TO_THE_MINUTE)
def test_to_the_minute(text: str, country: str | None, moment: str) -> None:
    stated = read_time(text, country=country)
    assert stated
    assert (stated.moment, stated.precision) == (utc(moment), "minute")


@pytest.mark.parametrize(("text", "country", "language"), DAYS)
def test_a_day(text: str, country: str | None, language: str | None) -> None:
    stated = read_time(text, country=country, language=language)
    assert stated
    assert (stated.moment, stated.precision) == (utc("2026-11-12"), "day")


@pytest.mark.parametrize(("text", "country"), DAY_ALONE)
def test_a_time_of_day_in_no_known_zone_leaves_the_day(text: str, country: str | None) -> None:
    stated = read_time(text, country=country)
    assert stated
    assert (stated.moment, stated.precision) == (utc("2026-11-12"), "day")


@pytest.mark.parametrize("text", NONE)
def test_no_time(text: str) -> None:
    assert read_time(text) is None


moments = st.datetimes(datetime(1990, 1, 2), datetime(2099, 1, 1)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001
offsets = st.integers(-44, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@given(moments, offsets)
def test_what_software_writes_is_read_back(naive: datetime, zone: timezone) -> None:
    moment = naive.replace(tzinfo=zone)
    scripted = f"{moment:%a %b %d %Y %H:%M:%S} GMT{moment:%z} (Somewhere)"
    for text in (moment.isoformat(), format_datetime(moment), scripted, f"{moment:%a, %d %b %Y %I:%M:%S %p %z}"):
        stated = read_time(text)
        assert stated
        assert stated.moment == moment, text
        assert stated.precision == "second"


@given(moments, st.sampled_from(["DE", "IN", "JP", "GB"]))
def test_a_time_without_zone_is_the_countrys(naive: datetime, country: str) -> None:
    zone = {"DE": "Europe/Berlin", "IN": "Asia/Kolkata", "JP": "Asia/Tokyo", "GB": "Europe/London"}[country]
    stated = read_time(f"{naive:%d/%m/%Y, %I:%M %p}", country=country)
    if country == "JP" and naive.day <= 12 and naive.day != naive.month:
        assert stated is None
    else:
        assert stated
        assert stated.moment == naive.replace(second=0, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@given(st.text(max_size=300), st.sampled_from([None, "US", "DE", "JP"]), st.sampled_from([None, "en", "pl"]))
def test_any_text_gives_a_time_that_a_column_can_hold_or_none(
    text: str, country: str | None, language: str | None
) -> None:
    stated = read_time(text, country=country, language=language)
    assert stated is None or EARLIEST <= stated.moment < datetime(2102, 1, 1, tzinfo=UTC)


@given(
    st.lists(
        st.sampled_from(["12", "2026", "Nov", "/", ".", ":", "-", " ", "T", "PM", "Z", "+", "年", "\ud800", "9" * 20]),
        max_size=60,
    )
)  # fmt: skip
def test_pieces_of_dates_in_any_order_are_no_trouble(pieces: list[str]) -> None:
    read_time("".join(pieces))


@given(st.dates(date(1990, 1, 2), date(2099, 1, 1)))
def test_numbers_in_either_order_are_a_day_only_where_it_is_told(day: date) -> None:
    text = f"{day:%d/%m/%Y}"
    told = read_time(text, country="FR")
    assert told
    assert told.moment.date() == day
    untold = read_time(text)
    assert (untold is None) == (day.day <= 12 and day.day != day.month)
    assert untold is None or untold.moment.date() == day


def test_a_page_cannot_be_from_the_future() -> None:
    now = utc("2026-11-12")
    assert is_plausible(now + timedelta(hours=20), now)
    assert not is_plausible(now + timedelta(days=2), now)
    assert not is_plausible(utc("1989-12-31"), now)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
