"""The wheel by itself: what a reader without the checkout gets, with the oldest installer that Python 3.11 brings."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PIP = "pip==22.3"
"""What `python3.11 -m venv` of Python 3.11.0 installs."""
_CLEAN = """
import broadtape
html = "<h1>Orders double</h1><p>" + "Orders for cranes doubled in the quarter, Harlow Marine said on Monday. " * 8
assert broadtape.extract(html, "https://www.ledger.example/1").text.startswith("Orders for cranes")
print(broadtape.clean_text("Loading...\\nOrders for cranes doubled in the third quarter.").text)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_package_its_rules_and_its_types(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (meta,) = [name for name in names if name.endswith("METADATA")]
        said = archive.read(meta).decode()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"broadtape"}
    assert {"broadtape/py.typed", "broadtape/cleaning/cleaning.yaml", "broadtape/web/static/room.css"} <= set(names)
    assert "Requires-Dist: scrapy" not in said
    assert "](../" not in said, "the description must not link into the checkout"


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of executables of an environment that holds the wheel, installed by an old pip, and nothing else."""
    folder = tmp_path_factory.mktemp("alone")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    found = subprocess.run(
        [folder / "bin" / "pip", "install", "--quiet", OLDEST_PIP], capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.skip(f"no package index is in reach: {found.stderr.strip().splitlines()[-1:]}")
    installed = subprocess.run(
        [folder / "bin" / "pip", "install", "--quiet", "--no-compile", "--only-binary", ":all:", str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert installed.returncode == 0, installed.stderr
    return folder / "bin"


def run(alone: Path, *words: str, **options: str) -> subprocess.CompletedProcess[str]:
    # From another folder and without the checkout's own settings: nothing of the checkout may help.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BROADTAPE", "PYTHON"))}
    return subprocess.run(
        [str(alone / words[0]), *words[1:]],
        cwd=alone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **options,  # type: ignore[call-overload]
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_reading_and_cleaning_work_where_nothing_else_is(alone: Path, sample: Path) -> None:
    cleaned = run(alone, "python", "-c", _CLEAN)
    assert cleaned.stdout == "Orders for cranes doubled in the third quarter.\n", cleaned.stderr
    archive = str(sample / "archive")
    read = run(alone, "broadtape", "read", "--ticker", "FRRY", "--format", "text", "--archive", archive)
    assert "Invented orders double" in read.stdout, read.stderr
    typed = run(alone, "broadtape", "clean", "-", input="Loading...\nOrders for cranes doubled in the quarter.\n")
    assert typed.stdout.strip() == "Orders for cranes doubled in the quarter.", typed.stderr
    for words in (["stats"], ["sql", "SELECT count(*) AS n FROM articles"], ["verify"], ["gaps"]):
        done = run(alone, "broadtape", *words, "--archive", archive)
        assert "bug" not in done.stderr, f"{words}: {done.stderr}"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_needs_the_checkout_is_not_offered_there(alone: Path) -> None:
    offered = run(alone, "broadtape", "--help").stdout
    assert "\n  read " in offered
    assert "\n  run " not in offered
    assert "\n  schedule " not in offered
    asked = run(alone, "broadtape", "run", "--archive", "x")
    assert asked.returncode == 2
    assert "a checkout of broadtape" in asked.stderr
