"""A run's report: what it counts, and how it says so."""

from __future__ import annotations

from collections import Counter

import pytest

from broadtape.capture import Capture
from broadtape.monitoring.run_report import COLUMNS, RunReport, kind, tally
from broadtape.times import parse_time


def capture(outcome: str, reason: str | None = None, article: str | None = None, at: str = "2026-11-20") -> Capture:
    return Capture(
        site="ecb",
        run="r",
        outcome=outcome,
        reason=reason,
        article_id=article,
        url="u",
        fetched_at=parse_time(at),  # type: ignore[arg-type]
    )


def test_counts_each_outcome_where_it_belongs() -> None:
    report = RunReport("r", "./archive")
    rows = [
        capture("archived", article="a"),
        capture("archived", article="a", at="2026-11-21"),
        capture("unchanged"),
        capture("skipped", "robots"),
        capture("skipped", "pattern: excluded: /video/"),
        capture("not_article", "challenge"),
        capture("failed", "404"),
        capture("quarantined", "cleaner crashed (exit status -9)"),
        capture("polled"),
    ]
    report.count(rows, {("a", parse_time("2026-11-21"))})
    outlet = report.outlet("ecb")
    assert (outlet.archived, outlet.revisions, outlet.unchanged, outlet.fetched) == (1, 1, 1, 5)
    assert outlet.skipped == {"robots": 1, "pattern": 1, "no article: challenge": 1}
    cells = dict(zip(COLUMNS, outlet.cells(), strict=True))
    assert cells["failed"] == "not found (404) 1, held back: cleaner crashed 1"
    assert report.as_dict()["outlets"]["ecb"]["skipped"] == {"robots": 1, "pattern": 1, "no article: challenge": 1}


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("rights: noarchive", "rights: noarchive"),
        ("robots", "robots"),
        ("pattern: no article pattern", "pattern"),
        ("cleaner took longer than 3 s", "cleaner took longer than 3 s"),
        (None, "unknown"),
    ],
)
def test_a_reason_is_told_without_its_particulars(reason: str | None, told: str) -> None:
    assert kind(reason) == told


def test_the_commonest_reason_comes_first() -> None:
    assert tally(Counter(a=1, b=3)) == "b 3, a 1"
    assert tally({}) == "–"


def test_a_status_is_told_in_words() -> None:
    assert tally({"410": 2, "599": 1}) == "gone (410) 2, status 599 1"


def test_the_verdict_names_the_failed() -> None:
    report = RunReport("r", "./archive")
    report.outlet("ecb").trouble = "its feed is gone"
    report.outlet("sec").archived = 2
    assert report.verdict() == "2 outlets: 2 new articles, 0 new revisions; failed: ecb (its feed is gone)."
