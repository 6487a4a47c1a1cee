"""What was listed and is not held: each story once, with the last reason; and how the looks at an outlet went."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from corpus_samples import MemoryTables, at

from broadtape.corpus import Corpus
from broadtape.corpus.coverage.missing import looks_of, missing_of
from broadtape.corpus.coverage.unread import unread_of

DAY = date(2026, 3, 1)


def capture(number: int | None, outcome: str, **values: Any) -> dict[str, Any]:
    url = f"https://www.example.com/{number}" if number is not None else None
    return {
        "site": "paper",
        "run": "r1",
        "outcome": outcome,
        "url": url,
        "url_id": number,
        "via": "feed" if url else None,
        "recorded_at": at(60),
        **values,
    }


def ledger(*rows: dict[str, Any]) -> Corpus:
    return Corpus(MemoryTables(captures=rows))


def missing(*rows: dict[str, Any], **asked: Any) -> list[tuple[Any, ...]]:
    return missing_of(ledger(*rows), **asked).select("date", "url", "outcome", "reason").rows()


def test_each_missing_story_is_told_once_with_its_last_reason() -> None:
    assert missing(
        capture(1, "skipped", reason="robots"),
        capture(2, "failed", status=503, recorded_at=at(10)),
        capture(2, "failed", status=404, recorded_at=at(90)),
        capture(3, "quarantined", reason="drift: 5 of 5 pages …"),
        capture(4, "not_article", reason="challenge"),
    ) == [
        (DAY, "https://www.example.com/1", "skipped", "robots"),
        (DAY, "https://www.example.com/2", "failed", "404"),
        (DAY, "https://www.example.com/3", "quarantined", "drift: 5 of 5 pages …"),
        (DAY, "https://www.example.com/4", "not_article", "challenge"),
    ]


def test_what_is_held_was_no_story_or_was_never_listed_is_not_missing() -> None:
    assert (
        missing(
            capture(1, "archived", recorded_at=at(10)),
            capture(1, "failed", recorded_at=at(90)),
            capture(2, "archived", recorded_at=at(10)),
            capture(2, "gone", status=410, recorded_at=at(90)),
            capture(3, "skipped", reason="pattern: excluded: /video/"),
            capture(4, "failed", via="hand"),
            capture(None, "polled"),
        )
        == []
    )


def test_what_was_missing_is_told_as_of_any_time() -> None:
    rows = [
        capture(1, "failed", status=503, recorded_at=at(10), fetched_at=at(5)),
        capture(1, "archived", recorded_at=at(90), fetched_at=at(80)),
    ]
    assert missing(*rows) == missing(*rows, as_of=at(9)) == []
    assert [row[3] for row in missing(*rows, as_of=at(89))] == ["503"]
    assert [row[3] for row in missing(*rows, as_of=at(6), clock="fetched")] == ["503"]
    assert missing(*rows, as_of=at(85), clock="fetched") == []


def test_a_storys_day_is_that_of_its_publication() -> None:
    rows = [
        capture(1, "failed", published_at=at(-24 * 60), first_listed_at=at(0)),
        capture(2, "failed", first_listed_at=at(24 * 60)),
    ]
    assert [row[0] for row in missing(*rows)] == [date(2026, 2, 28), date(2026, 3, 2)]
    assert [row[0] for row in missing(*rows, since=at(0))] == [date(2026, 3, 2)]
    assert [row[0] for row in missing(*rows, until=at(0))] == [date(2026, 2, 28)]
    assert missing(*rows, sites=["wire"]) == []


def test_looks_are_counted_by_day_and_by_how_they_went() -> None:
    found = looks_of(
        ledger(
            capture(None, "polled", fetched_at=at(0)),
            capture(None, "polled", reason="No listing could be read.", fetched_at=at(1)),
            capture(None, "busy", fetched_at=at(2)),
            capture(None, "measured"),
            capture(None, "polled", fetched_at=at(24 * 60)),
            capture(7, "polled", fetched_at=at(3)),
        )
    )
    assert found.rows() == [("paper", DAY, 2, 1, 1), ("paper", date(2026, 3, 2), 1, 0, 0)]
    assert looks_of(ledger(capture(None, "polled")), as_of=at(59)).is_empty()
    assert looks_of(ledger(capture(None, "polled")), as_of=at(60)).height == 1


def _polled(*listings: dict[str, Any], **values: Any) -> dict[str, Any]:
    return capture(None, "polled", detail=json.dumps({"listings": listings}), **values)


def test_listings_that_the_last_look_left_unread_are_named() -> None:
    index = {"url": "https://www.example.com/map.xml", "status": "200", "listed": 0}
    found = unread_of(
        ledger(
            _polled({**index, "left": 400}, recorded_at=at(10)),
            _polled(
                {**index, "left": 380},
                {"url": "https://www.example.com/feed", "status": "410", "listed": 0},
                {"url": "https://www.example.com/torn", "status": "200", "cut": "it breaks off before </rss>"},
                {"url": "https://www.example.com/whole", "status": "304"},
                recorded_at=at(60),
            ),
            capture(None, "polled", detail=json.dumps({"listings": []}), recorded_at=at(90)),
        )
    )
    assert found.select("date", "url", "reason").rows() == [
        (DAY, "https://www.example.com/map.xml", "380 sitemaps wait for the next runs"),
        (DAY, "https://www.example.com/feed", "410"),
        (DAY, "https://www.example.com/torn", "not read to its end: it breaks off before </rss>"),
    ]
    assert unread_of(ledger(_polled({**index, "left": 400}, recorded_at=at(10))), as_of=at(9)).is_empty()
