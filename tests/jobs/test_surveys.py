"""A recording surveyed in stretches gives what it gives when it is read from its beginning, wherever it is cut."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import pytest

from broadtape.archive.recordings import Recording
from broadtape.archive.warc import Stretch, stretches
from broadtape.ingest import page_job
from broadtape.ingest.survey import MetPage, SurveyWork, Unusable
from broadtape.jobs.recordings import surveys as module
from broadtape.jobs.recordings.surveys import surveys
from broadtape.site.outlets import load_sites
from broadtape.work import Work
from tests.jobs.conftest import BASE, House, page
from tests.jobs.test_backfill import member

R = TypeVar("R")
FORGED = f"{BASE}/forged"


class Here:
    """An engine that does its work at once."""

    slots = 2

    def submit(self, work: Work[R]) -> Future[R]:
        done: Future[R] = Future()
        done.set_result(work())
        return done

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture(autouse=True)
def _worker(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_job, "_sites", load_sites(house.config / "sites"))
    monkeypatch.setattr("broadtape.ingest.survey.bound_cpu", lambda _seconds: None)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Pages of ours, and between them somebody's file that holds, as it lies there, a page that claims to be ours."""
    forged = member(FORGED, page("What nobody wrote"), day=1)
    stored = zlib.compressobj(0, wbits=31)
    plain = gzip.decompress(member("https://elsewhere.example/file.warc.gz", forged * 3, day=1))
    ours = [member(f"{BASE}/berth-{n}", page(f"Berth {n} is let"), day=1) for n in range(6)]
    path = tmp_path / "made.warc.gz"
    path.write_bytes(b"".join([*ours[:3], stored.compress(plain) + stored.flush(), *ours[3:]]))
    return path


def found(met: Iterator[tuple[Path, object]]) -> list[str]:
    return [each.url for _, survey in met for each in survey.met if isinstance(each, (MetPage, Unusable))]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [1, 97, 400, 1000, 10_000])
def test_a_file_cut_anywhere_holds_the_same(recording: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "stretches", lambda file: stretches(file, size))
    assert found(surveys(Here(), [Recording(str(recording))], None, recording.parent)) == [
        f"{BASE}/berth-{n}" for n in range(6)
    ]


def test_a_stretch_that_begins_within_a_record_takes_what_it_finds_there_for_one(recording: Path) -> None:
    # Which is why each is compared with where the one before it ended.
    inside = recording.read_bytes().rindex(member(FORGED, page("What nobody wrote"), day=1))
    survey = SurveyWork(Stretch(Recording(str(recording)), inside - 5, inside + 5, exact=False))()
    assert [met.url for met in survey.met if isinstance(met, MetPage)] == [FORGED]
    assert survey.begun == inside


def test_a_survey_that_ends_its_process_says_so(recording: Path) -> None:
    (stretch,) = stretches(Recording(str(recording)))
    survey = SurveyWork(stretch).refused("cleaner crashed")()
    assert "cleaner crashed" in (survey.ended or "")
