"""The copy that upkeep makes where the settings name a place, and how `status` tells of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cli_samples import STORY, sample_archive

import broadtape
from broadtape.archive import Archive
from broadtape.cli import main
from broadtape.metrics.kept_counts import shown_counts
from broadtape.monitoring.last_backup import last_backup
from broadtape.times import utcnow


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the copy is to lie, as the settings of this test's archive say."""
    place = tmp_path / "copy"
    uri = sample_archive(tmp_path)
    (tmp_path / "broadtape.toml").write_text(f'archive = "{uri}"\n[upkeep]\nbackup_to = "{place}"\n')
    (tmp_path / "sites").mkdir()
    monkeypatch.setenv("BROADTAPE_CONFIG", str(tmp_path))
    monkeypatch.setenv("BROADTAPE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return place


def test_upkeep_brings_a_copy_and_status_tells_of_it(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"]) == 1, "the archive is months old, and was never copied"
    assert "holds no copy yet: does upkeep run?" in capsys.readouterr().out
    assert main(["maintain"]) == 0
    assert f"{place} is {tmp_path / 'archive'} as of" in capsys.readouterr().out
    assert [article.url for article in broadtape.open(str(place)).articles(url=STORY)] == [STORY]
    assert main(["status", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["backup"]
    assert (told["to"], told["problem"]) == (str(place), None)
    assert shown_counts(tmp_path / "spool").last_backup == pytest.approx(utcnow().timestamp(), abs=600)
    archive = Archive.open(str(tmp_path / "archive"))
    old = last_backup(archive, str(place), utcnow() + timedelta(days=3))
    assert "more than two days ago: does upkeep run?" in str(old)


def test_what_is_no_copy_of_this_archive_is_told(place: Path, tmp_path: Path) -> None:
    other = sample_archive(tmp_path / "other")
    assert main(["copy", other, str(place)]) == 0
    archive = Archive.open(str(tmp_path / "archive"))
    assert "is a copy of another archive" in str(last_backup(archive, str(place), utcnow()))
    assert main(["maintain"]) == 1, "and nothing is written there"
