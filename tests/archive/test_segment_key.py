"""A segment's key: made and read in one place."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.archive.segment_key import SegmentKey
from broadtape.errors import WarcError

KEY = "raw/site=wire/date=2026-11-23/20261123T100000Z-0a1b2c-0007.warc.gz"


def test_a_key_says_outlet_day_run_and_number() -> None:
    key = SegmentKey.parse(KEY)
    assert (key.site, key.day, key.run, key.number) == ("wire", date(2026, 11, 23), "20261123T100000Z-0a1b2c", 7)
    assert str(key) == KEY
    assert key.no_row_before == datetime(2026, 11, 22, tzinfo=UTC)
    assert not key.shared
    assert SegmentKey.parse(KEY.replace("wire", "_polls")).shared


@pytest.mark.parametrize(
    "key",
    ["", "raw/site=wire/x.warc.gz", KEY.replace("11-23", "13-23"), KEY + ".open", "/" + KEY, KEY.replace("-0007", "")],
)
def test_what_is_no_key_is_a_sentence(key: str) -> None:
    assert not SegmentKey.is_one(key)
    with pytest.raises(WarcError, match="not named as a segment is"):
        SegmentKey.parse(key)


_name = st.from_regex(r"[a-z0-9_][a-z0-9_-]{0,20}", fullmatch=True)


@given(_name, st.dates(), _name, st.integers(0, 10**7))
def test_a_key_survives_being_written(site: str, day: date, run: str, number: int) -> None:
    key = SegmentKey(site, day, run, number)
    assert SegmentKey.parse(str(key)) == key


def test_places_are_in_the_order_of_time() -> None:
    """Also beyond the four digits that a number is written with."""
    keys = [SegmentKey("wire", date(2026, 11, 23), "r1", number) for number in (10_000, 2, 9_999)]
    assert [key.number for key in sorted(keys, key=lambda key: key.place)] == [2, 9_999, 10_000]
