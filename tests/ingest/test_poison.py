"""Whatever one record holds, it costs itself: its segment, its outlet and every later run go on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.archive import Archive
from broadtape.archive.spool import Spool
from broadtape.archive.warc import SegmentWriter
from broadtape.archive.warc.notes import NOTE_TYPE, as_field
from broadtape.archive.warc.record import member
from broadtape.capture import Listing, Note
from broadtape.errors import StoreError
from broadtape.ingest.culprits import culprits
from broadtape.jobs.writing_run import WritingRun
from broadtape.monitoring.status import archive_health
from broadtape.times import utcnow

pytestmark = pytest.mark.attack

_SITE = """
title: {name}
homepage: https://{name}.example/
hosts: [{name}.example]
feeds: [https://{name}.example/feed]
"""
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "sites").mkdir(parents=True)
    for name in ("kelp", "moss"):
        (folder / "sites" / f"{name}.yaml").write_text(_SITE.format(name=name))
    values = {"archive": str(tmp_path / "archive"), "spool": str(tmp_path / "spool"), "contact": "desk@kelp.example"}
    (folder / "broadtape.toml").write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()))
    return folder


def listed(number: int, site: str = "kelp", **facts: object) -> Note:
    listing = Listing(f"https://{site}.example/{number}", title=f"Kelp prices {number}", **facts)  # type: ignore[arg-type]
    return Note("skip", site, "dead", url=listing.url, listing=listing, access="metadata")


def dead_run(tmp_path: Path, site: str, notes: Sequence[Note | bytes]) -> Path:
    """A segment that a killed run left in the spool."""
    Archive.open(str(tmp_path / "archive"), create=True)
    run = Spool(tmp_path / "spool", str(tmp_path / "archive")).begin(f"dead-{site}")
    closed: list[Path] = []
    writer = SegmentWriter(run.folder, site=site, run=run.run, info={}, on_closed=closed.append)
    for each in notes:
        if isinstance(each, Note):
            writer.note(each)
        else:
            writer._append(member("metadata", as_field(each), utcnow(), {"Content-Type": NOTE_TYPE})[1])
    writer.close()
    run.release()
    return closed[0]


def recovered(config: Path) -> tuple[set[str], dict[str, str], WritingRun]:
    """Titles that are archived, and the ledger's reasons of what is quarantined, after another run recovered."""
    with WritingRun(config=str(config)) as run:
        run.recover()
    titles = run.archive.tables["articles"].read(lambda rows: rows.select("title"))["title"].to_list()
    rows = run.archive.tables["captures"].read(lambda rows: rows).filter(outcome="quarantined")
    return set(titles), dict(zip(rows["url"], rows["reason"], strict=True)), run


def poisoned(**values: object) -> bytes:
    note = json.loads(listed(2).to_json())
    note["listing"] |= values
    return json.dumps(note).encode()


@pytest.mark.parametrize(
    "poison",
    [
        listed(2, published_at=_LAST),
        poisoned(title="half a pair \ud83d"),
        poisoned(tags=["\udfff"]),
        poisoned(url="https://kelp.example/2", title=["no", "text"]),
    ],
    ids=["last year", "surrogate in the title", "surrogate in a tag", "a list for a title"],
)
def test_a_value_that_no_table_takes_costs_its_record(tmp_path: Path, config: Path, poison: Note | bytes) -> None:
    dead_run(tmp_path, "kelp", [listed(1), poison, listed(3), listed(4)])
    titles, reasons, run = recovered(config)
    assert titles == {"Kelp prices 1", "Kelp prices 3", "Kelp prices 4"}
    assert list(reasons) == ["https://kelp.example/2"]
    assert reasons["https://kelp.example/2"].startswith("cannot be kept: ")
    assert not run.spools.waiting()


def test_a_damaged_record_in_the_spool_costs_itself(tmp_path: Path, config: Path) -> None:
    path = dead_run(tmp_path, "kelp", [listed(1), listed(2), listed(3)])
    data = bytearray(path.read_bytes())
    data[data.rindex(b"\x1f\x8b\x08", 0, data.rindex(b"\x1f\x8b\x08")) + 60] ^= 0xFF
    path.write_bytes(data)
    titles, _, run = recovered(config)
    assert titles == {"Kelp prices 1", "Kelp prices 3"}
    rows = run.archive.tables["captures"].read(lambda rows: rows)
    assert [row["reason"] for row in rows.to_dicts() if (row["reason"] or "").startswith("damaged record")]


def test_a_segment_that_cannot_be_archived_is_left_aside_and_told(tmp_path: Path, config: Path) -> None:
    hopeless = dead_run(tmp_path, "kelp", [listed(1)])
    hopeless.write_bytes(b"this was a segment once")
    dead_run(tmp_path, "moss", [listed(5, "moss")])
    titles, _, run = recovered(config)
    assert titles == {"Kelp prices 5"}
    health = archive_health(run.archive, tmp_path / "spool")
    assert len(health.aside) == 1
    assert "is no WARC file" in health.aside[0]
    assert "left aside" in str(health)
    assert hopeless.exists()


@given(st.lists(st.booleans(), max_size=40))
def test_halving_finds_each_of_them(bad: list[bool]) -> None:
    def attempt(part: Sequence[bool]) -> None:
        if any(part):
            raise ValueError("no")

    assert list(culprits(bad, attempt)) == [place for place, each in enumerate(bad) if each]


def test_a_store_that_is_away_is_nobodys_fault() -> None:
    def attempt(_part: Sequence[int]) -> None:
        raise StoreError("away")

    with pytest.raises(StoreError):
        culprits([1, 2], attempt)
