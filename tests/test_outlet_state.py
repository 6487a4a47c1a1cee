"""What a run leaves for the next one: read without failing, whatever lies there, and written as it was read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from broadtape.alerts.message import Alert, WaitingAlert
from broadtape.capture import Listing
from broadtape.outlet_state import OngoingTrouble, OutletState
from broadtape.rights.robots import Robots
from broadtape.rights.tdm import TdmRep

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
STATE = OutletState(
    listings={"https://quay.example/feed": {"polls": 3}},
    retries=(Listing("https://quay.example/a", via="feed", published_at=AT, authors=("Ada Writer",)),),
    robots={"https://quay.example": Robots("https://quay.example", AT, 200, "User-agent: *\nDisallow: /x")},
    tdm={"https://quay.example": TdmRep(AT)},
    trouble=OngoingTrouble("it broke", AT, "r1", "r2", pages=True),
    alerts=(WaitingAlert(Alert("trouble", "2026-11-23T10:00:00Z", "/a", site="quay"), ("webhook",)),),
    unknown={"of a later release": [1]},
)


def test_a_state_survives_being_kept() -> None:
    assert OutletState.from_json(json.loads(json.dumps(STATE.to_json()))) == STATE


def test_the_state_of_release_0_1_0_is_read() -> None:
    told = OutletState.from_json(
        {
            "listings": {"https://quay.example/feed": {"polled_at": "2026-11-23T10:00:00Z"}},
            "retries": [{"url": "https://quay.example/a", "via": "feed", "first_listed_at": "2026-11-23T10:00:00Z"}],
            "robots": {"https://quay.example": {"at": "2026-11-23T10:00:00Z", "status": 404, "text": ""}},
            "tdm": {},
            "trouble": {
                "since": "2026-11-23T10:00:00Z", "first": "r1", "run": "r2", "reason": "it broke", "pages": True,
                "listings": False,
            },
            "alerts": [{"alert": {"event": "trouble", "at": "2026-11-23T10:00:00Z", "archive": "/a"}, "to": ["mail"]}],
        }
    )  # fmt: skip
    assert told.trouble == OngoingTrouble("it broke", AT, "r1", "r2", pages=True)
    assert told.retries == (Listing("https://quay.example/a", first_listed_at=AT),)
    assert told.robots["https://quay.example"].status == 404
    assert [waiting.to for waiting in told.alerts] == [("mail",)]


def test_a_bad_fact_costs_the_fact() -> None:
    values = STATE.to_json()
    values["retries"] = ["nonsense", {"no": "url"}, *values["retries"], {"url": "u", "published_at": "never"}]
    values["alerts"] = [None, {"alert": {}, "to": []}, *values["alerts"]]
    values["robots"]["https://other.example"] = {"at": 1}
    assert OutletState.from_json(values) == STATE
    assert OutletState.from_json({**values, "trouble": "of a later release"}).trouble is None


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@given(_json | st.fixed_dictionaries({}, optional=dict.fromkeys(STATE.to_json(), _json)))
def test_reading_never_fails_and_keeps_what_it_does_not_know(values: object) -> None:
    read = OutletState.from_json(values)
    assert OutletState.from_json(read.to_json()) == read
    if isinstance(values, dict):
        known = STATE.to_json().keys() - {"of a later release"}
        assert dict(read.unknown) == {name: value for name, value in values.items() if name not in known}
