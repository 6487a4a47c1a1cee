"""What upkeep keeps of the ledger's sums and what came since make what all rows make, whatever came when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from archive_samples import DATE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadtape.archive import Archive
from broadtape.archive.delta.commits import append
from broadtape.archive.delta.schema import CAPTURES
from broadtape.archive.ledger_summary import summary as module
from broadtape.archive.ledger_summary.summary import LedgerSummary, keep_summary
from broadtape.archive.lifecycle.compaction import compact
from broadtape.archive.lifecycle.verification import verify
from tests.examples import examples

Row = dict[str, object]


def row(number: int | None, outcome: str, *, hours: float, site: str = "wire", **values: object) -> Row:
    moment = DATE + timedelta(hours=hours)
    url = f"https://{site}.example/{number}" if number is not None else None
    told: Row = {"site": site, "run": f"r{hours}", "outcome": outcome, "url": url, "url_id": number}
    return {**told, "via": "feed" if url else None, "recorded_at": moment, **values}


def write(archive: Archive, *rows: Row) -> None:
    frame = pl.DataFrame([{name: each.get(name) for name in CAPTURES} for each in rows], schema=CAPTURES)
    append(archive.tables["captures"], frame)


def keep(archive: Archive) -> None:
    keep_summary(archive.tables["captures"], archive.objects)


def summary(archive: Archive) -> LedgerSummary:
    captures = archive.tables["captures"]
    return LedgerSummary(captures, archive.objects, captures.version())


def answers(archive: Archive) -> list[list[tuple[object, ...]]]:
    """Everything that it tells, in an order."""
    found = summary(archive)
    frames = (found.days(), found.looks(), found.waiting(), found.missing(), found.missing(["paper"]))
    return [sorted(frame.select(sorted(frame.columns)).rows(), key=repr) for frame in frames]


def afresh(archive: Archive) -> list[list[tuple[object, ...]]]:
    archive.objects.delete([info.key for info in archive.objects.list("index/")])
    return answers(archive)


def read_anew(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a question goes to the whole ledger."""
    asked: list[str | None] = []
    captures = archive.tables["captures"]
    plain = captures.read

    def spied(ask: object, where: str | None = None, **more: object) -> pl.DataFrame:
        asked.append(where)
        return plain(ask, where, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(captures, "read", spied)
        summary(archive).days()
    return None in asked


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(str(tmp_path / "archive"), create=True)


OUTCOMES = ("archived", "unchanged", "failed", "skipped", "quarantined", "gone", "not_article")
PAGES = st.builds(
    row,
    st.integers(0, 5),
    st.sampled_from(OUTCOMES),
    hours=st.floats(0, 90),
    site=st.sampled_from(["wire", "paper"]),
    via=st.sampled_from(["feed", "recheck", None]),
    reason=st.sampled_from([None, "robots", "pattern: no story", "drift: odd"]),
)
LOOKS = st.builds(
    row,
    st.none(),
    st.sampled_from(["polled", "busy", "measured"]),
    hours=st.floats(0, 90),
    site=st.sampled_from(["wire", "paper"]),
    reason=st.sampled_from([None, "no listing could be read"]),
    detail=st.sampled_from([None, '{"listings": [{"url": "u", "status": 500}]}']),
)


def distinct(rows: Iterable[Row]) -> list[Row]:
    """Rows that no two share a moment: of such two either may be the newest."""
    return list({each["recorded_at"]: each for each in rows}.values())


@settings(max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(PAGES | LOOKS, min_size=1, max_size=8), min_size=1, max_size=3))
def test_kept_and_since_are_what_all_rows_are(
    tmp_path_factory: pytest.TempPathFactory, commits: list[list[Row]]
) -> None:
    archive = Archive.open(str(tmp_path_factory.mktemp("a") / "archive"), create=True)
    for rows in commits:
        write(archive, *distinct(rows))
        told = answers(archive)
        assert told == afresh(archive)
        keep(archive)


def test_what_came_since_upkeep_is_read_alone_and_told(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    write(archive, row(1, "failed", hours=0), row(2, "quarantined", hours=0), row(None, "polled", hours=5))
    keep(archive)
    compact(archive.tables["captures"])
    write(archive, row(1, "archived", hours=30), row(3, "failed", hours=30))
    assert not read_anew(archive, monkeypatch)
    assert summary(archive).missing()["url_id"].sort().to_list() == [2, 3]
    assert summary(archive).waiting()["url_id"].to_list() == [2]


def test_a_story_that_was_held_before_is_not_missing_when_it_fails(archive: Archive) -> None:
    write(archive, row(1, "archived", hours=0), row(None, "polled", hours=5))
    keep(archive)
    write(archive, row(1, "failed", hours=30))
    assert summary(archive).missing().is_empty()


def test_a_row_that_was_written_late_has_everything_read(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    write(archive, row(1, "failed", hours=0), row(None, "polled", hours=5))
    keep(archive)
    write(archive, row(2, "failed", hours=1))
    assert read_anew(archive, monkeypatch)
    assert summary(archive).missing()["url_id"].sort().to_list() == [1, 2]
    keep(archive)
    assert not read_anew(archive, monkeypatch)


def test_an_earlier_version_is_told_as_it_was(archive: Archive) -> None:
    write(archive, row(1, "failed", hours=0), row(None, "polled", hours=5))
    captures = archive.tables["captures"]
    version = captures.version()
    write(archive, row(2, "failed", hours=20))
    keep(archive)
    earlier = LedgerSummary(captures, archive.objects, version)
    assert earlier.missing()["url_id"].to_list() == [1]


def test_an_archive_that_grew_a_lot_since_upkeep_is_read_whole(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(archive, row(1, "failed", hours=0), row(None, "polled", hours=5))
    keep(archive)
    write(archive, row(2, "failed", hours=20))
    monkeypatch.setattr(module, "_MOST", 0)
    assert summary(archive).missing()["url_id"].sort().to_list() == [1, 2]


@pytest.mark.parametrize("part", ["days", "looks", "waiting", "missing", "covers"])
def test_a_damaged_part_is_told_by_verify_and_read_by_nobody(archive: Archive, part: str) -> None:
    write(archive, row(1, "failed", hours=0), row(2, "quarantined", hours=1), row(None, "polled", hours=5))
    keep(archive)
    sound = answers(archive)
    (key,) = (info.key for info in archive.objects.list("index/ledger/") if info.key.split("/")[-1].startswith(part))
    archive.objects.put(key, archive.objects.get(key)[:-3] + b"xyz")
    assert key in {damage.where for damage in verify(archive)}
    assert answers(archive) == sound
    keep(archive)
    assert key not in {damage.where for damage in verify(archive)}
    assert answers(archive) == sound


def test_nothing_is_kept_of_an_empty_ledger(archive: Archive) -> None:
    keep(archive)
    assert list(archive.objects.list("index/ledger/")) == []
    assert summary(archive).days().is_empty()


def test_days_tell_looks_and_the_last_of_them(archive: Archive) -> None:
    write(
        archive,
        row(None, "polled", hours=1),
        row(None, "polled", hours=2, reason="no listing could be read"),
        row(None, "busy", hours=3),
        row(7, "polled", hours=4),  # of its robots.txt
        row(1, "archived", hours=5),
    )
    (told,) = summary(archive).days().to_dicts()
    assert (told["polls"], told["failed"], told["busy"]) == (2, 1, 1)

    def hour(name: str) -> float:
        moment = told[name]
        assert isinstance(moment, datetime)
        return (moment - DATE).total_seconds() / 3600

    assert [hour(name) for name in ("last_polled", "last_run", "last_archived")] == [2, 4, 5]
