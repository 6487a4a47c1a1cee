"""What is usual is read from the ledger: earlier runs only, odd ones left out, anew from a release on."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadtape.archive import Archive, Decision
from broadtape.archive.segment_key import SegmentKey
from broadtape.capture import Capture
from broadtape.ingest.quarantine_release import accept, conclude, held_pages, reject
from broadtape.monitoring.baseline import accepted_since, decided_pages, earlier_measures, earlier_polls
from broadtape.monitoring.measures import Measures
from broadtape.monitoring.quarantine import Inspection
from broadtape.urls import url_id

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run_id(hour: int) -> str:
    return f"{NOW - timedelta(hours=100 - hour):%Y%m%dT%H%M%SZ}-aaaaaa"


def key(run: str) -> str:
    return f"raw/site=quay/date=2026-11-23/{run}-0001.warc.gz"


def row(hour: int, outcome: str, **values: Any) -> Capture:
    run = run_id(hour)
    return Capture(site="quay", run=run, outcome=outcome, warc_file=key(run), source="crawl", **values)  # type: ignore[arg-type]


def measured(hour: int, **values: Any) -> Capture:
    return row(hour, "measured", detail=Measures(pages=hour, **values).to_json())


def page(hour: int, name: str, outcome: str = "quarantined", reason: str | None = "drift: odd") -> Capture:
    url = f"https://quay.example/{name}"
    return row(hour, outcome, url=url, url_id=url_id(url), article_id=name * 16, reason=reason, warc_offset=len(name))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    ticks = itertools.count()
    return Archive.open(str(tmp_path / "archive"), create=True, clock=lambda: NOW + timedelta(milliseconds=next(ticks)))


def commit(archive: Archive, *rows: Capture) -> None:
    with archive.lease("quay", run="r", seconds=10**6) as lease:
        archive.commit(articles=[], captures=list(rows), leases=[lease])


def pages(archive: Archive, segment: SegmentKey | None = None) -> list[int]:
    return [each.pages for each in earlier_measures(archive, "quay", segment)]


def test_only_earlier_segments_count_in_their_order(archive: Archive) -> None:
    commit(archive, measured(3), measured(1), measured(2), row(9, "measured", detail="{nonsense"))
    assert pages(archive) == [1, 2, 3]
    assert pages(archive, SegmentKey.parse(key(run_id(2)))) == [1]
    assert earlier_measures(archive, "elsewhere") == []


def test_odd_runs_are_no_measure_until_somebody_accepts_them(archive: Archive) -> None:
    commit(archive, measured(1), measured(2, odd=True, held=True), measured(3), page(2, "a"), page(2, "b"))
    assert pages(archive) == [1, 3]
    assert [each.url for each in held_pages(archive, ["quay"])] == ["https://quay.example/a", "https://quay.example/b"]
    accept(archive, "quay", held_pages(archive, ["quay"]), "looked at")
    assert accepted_since(archive, "quay") == (run_id(2), {run_id(2)})
    assert pages(archive) == [2, 3]


def test_a_release_of_an_outlet_with_nothing_held_begins_anew(archive: Archive) -> None:
    commit(archive, measured(1), row(1, "polled", detail=json.dumps({"listings": [], "discovered": 3})))
    assert [look["discovered"] for look in earlier_polls(archive, "quay")] == [3]
    accept(archive, "quay", [], None)
    assert pages(archive) == []
    assert earlier_polls(archive, "quay") == []


def test_the_last_word_on_a_page_counts(archive: Archive) -> None:
    place = json.dumps({"warc_file": "w", "warc_offset": 7})
    for decision in ("reject", "release"):
        archive.decisions.record([Decision(decision=decision, site="quay", url_id=1, detail=place)])  # type: ignore[arg-type]
    archive.decisions.record(
        [Decision(decision="release", site="quay", detail="[]"), Decision(decision="forget", site="quay")]
    )
    assert decided_pages(archive, "quay") == {("w", 7): "release"}


def test_held_pages_are_those_whose_last_row_says_so(archive: Archive) -> None:
    commit(archive, page(1, "a"), page(1, "b"), page(1, "c", "archived", None))
    commit(archive, page(2, "b", "archived", None))
    assert [each.url for each in held_pages(archive)] == ["https://quay.example/a"]
    assert held_pages(archive, ["quay"], run=run_id(2)) == []
    assert [each.url for each in held_pages(archive, urls=["https://www.quay.example/a?utm_source=x"])] == [
        "https://quay.example/a"
    ]


def test_rejected_pages_stay_out_and_trouble_may_end(archive: Archive) -> None:
    archive.save_state("quay", {"trouble": {"reason": "odd", "first": "r1", "pages": True, "listings": False}})
    commit(archive, page(1, "a"))
    conclude(archive, "quay")
    assert archive.load_state("quay")["trouble"]["pages"]
    with archive.lease("quay", run="r", seconds=10**6) as lease:
        assert reject(archive, held_pages(archive), lease=lease, reason="promotion") == 1
    conclude(archive, "quay")
    assert archive.load_state("quay")["trouble"] == {"reason": "odd", "pages": False, "listings": False}
    (last,) = archive.ledger.known("quay", [url_id("https://quay.example/a")]).values()
    assert (last.outcome, last.reason) == ("skipped", "rejected")
    assert decided_pages(archive, "quay") == {(key(run_id(1)), 1): "reject"}


@pytest.mark.parametrize(
    ("decided", "held_before", "expected"),
    [
        (None, False, ("quarantined", "drift: odd")),
        ("release", False, ("archived", None)),
        ("reject", False, ("skipped", "rejected")),
        ("reject", True, ("unchanged", "rejected")),
    ],
)
def test_what_was_decided_on_a_page_holds_when_tables_are_made_anew(
    decided: str | None, held_before: bool, expected: tuple[str, str | None]
) -> None:
    from broadtape.monitoring.page_drift import Deviation

    capture = page(1, "a")
    places = {(str(capture.warc_file), 1): decided} if decided else {}
    inspection = Inspection(Measures(held=True), (Deviation("odd", holds=True),), places)
    assert inspection.verdict(capture, held_before=held_before) == expected


@pytest.mark.parametrize(
    "values", [{"via": "hand"}, {"via": "archive_sitemap"}, {"source": "replay"}, {"source": "backfill"}]
)
def test_what_is_not_of_the_outlets_present_is_not_held_back(values: dict[str, Any]) -> None:
    from dataclasses import replace

    from broadtape.monitoring.page_drift import Deviation

    inspection = Inspection(Measures(held=True), (Deviation("odd", holds=True),))
    assert inspection.verdict(replace(page(1, "a"), **values), held_before=False) == ("archived", None)
