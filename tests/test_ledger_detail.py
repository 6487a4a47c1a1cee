"""A row's detail: read without failing, whatever stands there, and as it was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.capture.detail import Acceptance, Failure, PagePlace, RuleName, values_in

KINDS = (Failure(3), Acceptance("20261123T100000Z-0a1b2c", ("r1", "r2")), PagePlace("raw/x", 7, "r1"), RuleName("one"))


@pytest.mark.parametrize("told", KINDS)
def test_each_kind_survives_and_is_no_other(told: Failure | Acceptance | PagePlace | RuleName) -> None:
    text = told.to_json()
    assert type(told).from_json(text) == told
    assert [kind for kind in (Acceptance, PagePlace, RuleName) if kind.from_json(text)] == [
        kind for kind in (Acceptance, PagePlace, RuleName) if isinstance(told, kind)
    ]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
_named = st.fixed_dictionaries({}, optional=dict.fromkeys(
    ("attempts", "since", "runs", "warc_file", "warc_offset", "run", "rule"), _json
))  # fmt: skip


@given(st.text(max_size=50) | _json.map(json.dumps) | _named.map(json.dumps))
def test_reading_never_fails(text: str) -> None:
    assert isinstance(values_in(text), dict)
    assert Failure.from_json(text).attempts >= 1
    for kind in (Acceptance, PagePlace, RuleName):
        read = kind.from_json(text)
        assert read is None or kind.from_json(read.to_json()) == read


def test_what_is_too_deep_says_nothing() -> None:
    assert values_in("[" * 100_000) == {}
    assert Failure.from_json(None).attempts == 1
