"""What `status` says: as a table at any width, and as JSON whose shape is promised."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from broadtape.cli import main

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture
def status(archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with one outlet that is well and one whose file is broken; no server."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "broadtape.toml").write_text(f'archive = "{archive}"\n')
    feed = "title: L\nhomepage: https://l.example/\nhosts: [l.example]\nfeeds: ['https://l.example/f']\nenabled: true\n"
    (tmp_path / "sites" / "ledger.yaml").write_text(feed)
    (tmp_path / "sites" / "gazette.yaml").write_text("enabled: true\ntitle: [")
    monkeypatch.setenv("BROADTAPE_CONFIG", str(tmp_path))
    monkeypatch.setenv("BROADTAPE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return tmp_path


def shape(values: Any, at: str = "") -> dict[str, object]:
    if isinstance(values, dict):
        return {key: value for name, each in values.items() for key, value in shape(each, f"{at}.{name}").items()}
    if isinstance(values, list) and values and isinstance(values[0], dict):
        return shape(values[0], f"{at}[]")
    return {at.removeprefix("."): values}


def test_json_has_the_shape_that_is_documented(status: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--format", "json"]) == 1, "an outlet is in trouble"
    told = json.loads(capsys.readouterr().out)
    rows = re.findall(r"^\| `([\w.\[\]]+)` \| ([\w ]+) \| [^|]+ \|$", OPERATIONS.read_text("utf-8"), re.M)
    documented = {key: kind for key, kind in rows if key.startswith(("outlets[]", "archive.", "schedule.", "backup."))}
    found = shape(told)
    assert found.keys() == documented.keys()
    kinds = {"string": str, "time": str, "integer": int, "boolean": bool, "list of string": list}
    wrong = {key for key, value in found.items() if value is not None and not isinstance(value, kinds[documented[key]])}
    assert wrong == set()
    trouble = {outlet["site"]: outlet["trouble"] for outlet in told["outlets"]}
    assert trouble["ledger"] is None
    assert "gazette.yaml" in trouble["gazette"]


def test_what_runs_next_is_not_made_up(status: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["status"])
    said = capsys.readouterr().out
    assert re.search(r"^ledger +– +– +– +– *$", said, re.M)
    assert "No Prefect server answers here" in said


def test_a_server_that_does_not_answer_is_said(
    status: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (status / "sites" / "gazette.yaml").unlink()
    assert main(["status"]) == 0
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert main(["status"]) == 1
    assert "does not answer" in capsys.readouterr().out
