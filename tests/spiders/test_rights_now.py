"""What holds between us and an outlet, as `sites show` tells it."""

from __future__ import annotations

from typing import Any

import pytest

from broadtape.outlet_state import OutletState
from broadtape.site import Site
from spiders.onboarding.rights_now import standing

SITE = Site.model_validate(
    {
        "name": "quay",
        "title": "Quay",
        "homepage": "https://quay.example/",
        "hosts": ["quay.example", "feeds.quay.example"],
        "feeds": ["https://feeds.quay.example/all.xml", "https://quay.example/rss/markets.xml"],
    }
)
AT = "2026-03-01T12:00:00Z"


def told_of(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return standing(SITE, OutletState.from_json(state), "broadtape")


def kept(text: str) -> dict[str, object]:
    return {"at": AT, "status": 200, "text": text}


@pytest.mark.parametrize("agent", ["*", "Scrapy", "broadtape"])
def test_what_robots_txt_forbids_is_named_with_its_date(agent: str) -> None:
    text = f"User-agent: {agent}\nDisallow: /rss/\nCrawl-delay: 7\nContent-Signal: search=yes, ai-train=no\n"
    told = told_of({"robots": {"https://quay.example": kept(text)}})
    assert told == {
        "https://quay.example": {
            "robots_read_at": AT,
            "robots_status": 200,
            "forbidden": ["https://quay.example/rss/markets.xml"],
            "strictest_of": ["broadtape", "Scrapy", "*"],
            "crawl_delay": 7.0,
            "content_signals": {"ai-train": "no", "search": "yes"},
        }
    }


def test_a_host_that_forbids_nothing_says_so() -> None:
    told = standing(
        SITE,
        OutletState.from_json({"robots": {"https://feeds.quay.example": kept("User-agent: *\nDisallow: /x")}}),
        "broadtape",
    )
    assert told["https://feeds.quay.example"]["forbidden"] == "nothing that the outlet's file names"


def test_reservations_are_told() -> None:
    reserved = {"at": AT, "text": '[{"location": "/", "tdm-reservation": 1}]'}
    told = told_of({"tdm": {"https://quay.example": reserved}})
    assert told == {"https://quay.example": {"tdmrep": f"reserves mining of /, read {AT}"}}
    silent = standing(
        SITE, OutletState.from_json({"tdm": {"https://quay.example": {"at": AT, "text": ""}}}), "broadtape"
    )
    assert silent == {"https://quay.example": {"tdmrep": "none"}}


@pytest.mark.parametrize("state", [{}, {"robots": None}, {"robots": []}, {"robots": {"https://quay.example": {}}}])
def test_without_anything_kept_nothing_is_said(state: dict[str, object]) -> None:
    assert told_of(state) == {}
