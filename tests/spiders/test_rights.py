"""What pages and hosts say about being kept and mined."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.rights.page_signals import Signals, page_signals
from broadtape.rights.tdm import TdmRep
from broadtape.times import iso

_NOW = datetime.now(UTC)


def _header(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"X-Robots-Tag", value.encode()) for value in values]


@pytest.mark.parametrize(
    ("values", "noarchive"),
    [
        (["noarchive"], True),
        (["noindex, NoArchive"], True),
        (["broadtape: noarchive"], True),
        (["scrapy: nosnippet, noarchive"], True),
        (["googlebot: noarchive"], False),
        (["unavailable_after: 25 Jun 2027 15:00:00 PST", "noarchive"], True),
        (["max-snippet: 10, noarchive"], True),
        (["index, follow"], False),
        ([], False),
    ],
)
def test_the_header_speaks_to_us_or_to_somebody_else(values: list[str], noarchive: bool) -> None:
    assert page_signals(_header(*values), b"", "broadtape").noarchive is noarchive


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (b'<meta name="robots" content="noarchive">', Signals(noarchive=True)),
        (b"<META CONTENT=noarchive NAME=ROBOTS>", Signals(noarchive=True)),
        (b"<meta content='noarchive, max-image-preview:large' name='robots' />", Signals(noarchive=True)),
        (b'<meta name="broadtape" content="noarchive">', Signals(noarchive=True)),
        (b'<meta name="googlebot" content="noarchive">', Signals()),
        (b'<!-- <meta name="robots" content="noarchive"> -->', Signals()),
        (b'<meta name="description" content="robots, noarchive">', Signals()),
        (b'<meta data-x="1" name="tdm-reservation" content="1">', Signals(tdm=True)),
        (b'<meta name="tdm-reservation" content="0">', Signals()),
        (b'<meta name="robots" content="index, noai">', Signals(no_ai=True)),
        (b'<!--><meta name="robots" content="noarchive">', Signals(noarchive=True)),
        (b'<!-- a --><meta name="robots" content="noarchive"><!-- b', Signals(noarchive=True)),
        (b'<!-- never closed <meta name="robots" content="noarchive">', Signals()),
        (b"<meta>" * 1000, Signals()),
        (b"<!--" * 130_000, Signals()),
        (b"<meta " * 90_000, Signals()),
    ],
)
def test_meta_tags_are_read_in_any_spelling(html: bytes, expected: Signals) -> None:
    assert page_signals([], b"<html><head>" + html + b"</head>", "broadtape") == expected


def test_the_tdm_header_reserves() -> None:
    assert page_signals([(b"TDM-Reservation", b"1")], b"", "broadtape").tdm
    assert page_signals([(b"tdm-reservation", b"1")], b"", "broadtape").reserved


@given(st.binary(max_size=2000))
def test_no_page_raises(html: bytes) -> None:
    assert isinstance(page_signals([(b"X-Robots-Tag", html)], html, "broadtape"), Signals)


def _rep(text: str) -> TdmRep:
    return TdmRep.answered(200, text.encode(), _NOW)


@pytest.mark.parametrize(
    ("location", "path", "covered"),
    [
        ("/", "/a", True),
        ("/news/", "/news/a", True),
        ("/news/", "/markets/a", False),
        ("/*.pdf$", "/x/a.pdf", True),
        ("/*.pdf$", "/x/a.pdf?b", False),
        ("/*/deep/*/x", "/a/deep/b/x/c", True),
        ("/*/deep/*/x", "/a/deep/x", False),
        ("/exact$", "/exact", True),
        ("/exact$", "/exactly", False),
        ("/a*b*b$", "/ab", False),
        ("/a*b*b$", "/abb", True),
    ],
)
def test_tdmrep_locations_cover_as_in_robots(location: str, path: str, covered: bool) -> None:
    rep = _rep(f'[{{"location": "{location}", "tdm-reservation": 1}}]')
    assert rep.reserves("https://x.example" + path) is covered


def test_the_most_precise_rule_decides() -> None:
    rep = _rep('[{"location": "/", "tdm-reservation": 1}, {"location": "/free/", "tdm-reservation": 0}]')
    assert rep.reserves("https://x.example/a")
    assert not rep.reserves("https://x.example/free/a")


@pytest.mark.parametrize("text", ["", "{}", "[1, null]", '[{"location": 1}]', "[" * 5000, '{"location": "/"}'])
def test_an_unreadable_tdmrep_reserves_nothing(text: str) -> None:
    assert not _rep(text).reserves("https://x.example/a")


def test_a_missing_tdmrep_reserves_nothing_and_is_remembered_for_a_day() -> None:
    rep = TdmRep.answered(404, b'[{"location": "/", "tdm-reservation": 1}]', _NOW)
    assert not rep.reserves("https://x.example/a")
    assert TdmRep.from_state(rep.to_state()) == rep
    old = TdmRep.from_state({**rep.to_state(), "at": iso(_NOW - timedelta(days=2))})
    assert old is not None
    assert not old.fresh
    assert TdmRep.from_state("junk") is None
