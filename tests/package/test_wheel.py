"""The wheel by itself: what a reader without the checkout gets."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
_CLEAN = """
import broadtape
html = "<h1>Orders double</h1><p>" + "Orders for cranes doubled in the quarter, Harlow Marine said on Monday. " * 8
assert broadtape.extract(html, "https://www.ledger.example/1").text.startswith("Orders for cranes")
print(broadtape.clean_text("Loading...\\nOrders for cranes doubled in the third quarter.").text)
"""
_SEVERAL = """
import sys
from broadtape.cli import main
for words in (["stats"], ["sql", "SELECT count(*) AS n FROM articles"], ["verify"], ["gaps"]):
    main([*words, "--archive", sys.argv[1]])
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
    """The folder of executables of an environment that holds the wheel, with what it asks for, and nothing else."""
    uv = shutil.which("uv", path=Path(sys.executable).parent)
    if uv is None:
        pytest.skip("there is no uv beside this Python")
    folder = tmp_path_factory.mktemp("alone")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    # What this environment was made of lies in uv's cache, so that no index need be in reach.
    install = [uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), "--only-binary", ":all:"]
    install += ["--constraint", str(ROOT / "requirements" / "dev.txt"), str(wheel)]
    for extra in (["--offline"], []):
        installed = subprocess.run([*install, *extra], capture_output=True, text=True, check=False)
        if not installed.returncode:
            return folder / "bin"
    pytest.skip(f"the wheel cannot be installed here: {installed.stderr.strip().splitlines()[-1:]}")


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


def test_an_old_installer_finds_every_extra_that_is_asked_for() -> None:
    """The pip that Python 3.11.0 brings takes an extra only as its package spells it, and leaves it out otherwise."""
    asked, closure = (
        [Requirement(each) for each in importlib.metadata.requires("broadtape") or ()],
        set[tuple[str, str]](),
    )
    direct = {canonicalize_name(each.name) for each in asked if not each.marker}
    missed = []
    while asked:
        requirement = asked.pop()
        known = (canonicalize_name(requirement.name), str(sorted(requirement.extras)))
        if known in closure or (requirement.marker and not requirement.marker.evaluate({"extra": "web"})):
            continue
        closure.add(known)
        found = importlib.metadata.distribution(requirement.name).metadata
        unknown = requirement.extras.difference(found.get_all("Provides-Extra") or ())
        brought = [Requirement(each) for each in found.get_all("Requires-Dist") or ()]
        for extra in {canonicalize_name(each) for each in unknown}:
            more = {canonicalize_name(each.name) for each in brought if each.marker and _asks(each, extra)}
            missed += [f"{requirement.name}[{extra}] brings {name}" for name in more - direct]
        asked += brought
    assert missed == []
    assert {"lxml", "trafilatura", "starlette"} <= {name for name, _ in closure}


def _asks(requirement: Requirement, extra: str) -> bool:
    marker = requirement.marker
    return bool(marker and marker.evaluate({"extra": extra}) and not marker.evaluate({"extra": ""}))


@pytest.mark.slow
def test_reading_and_cleaning_work_where_nothing_else_is(alone: Path, sample: Path) -> None:
    cleaned = run(alone, "python", "-c", _CLEAN)
    assert cleaned.stdout == "Orders for cranes doubled in the third quarter.\n", cleaned.stderr
    archive = str(sample / "archive")
    read = run(alone, "broadtape", "read", "--ticker", "FRRY", "--format", "text", "--archive", archive)
    assert "Invented orders double" in read.stdout, read.stderr
    typed = run(alone, "broadtape", "clean", "-", input="Loading...\nOrders for cranes doubled in the quarter.\n")
    assert typed.stdout.strip() == "Orders for cranes doubled in the quarter.", typed.stderr
    several = run(alone, "python", "-c", _SEVERAL, archive)
    assert "bug" not in several.stderr, several.stderr


@pytest.mark.slow
def test_what_needs_the_checkout_is_not_offered_there(alone: Path) -> None:
    offered = run(alone, "broadtape", "--help").stdout
    assert "\n  read " in offered
    assert "\n  run " not in offered
    assert "\n  schedule " not in offered
    asked = run(alone, "broadtape", "run", "--archive", "x")
    assert asked.returncode == 2
    assert "a checkout of broadtape" in asked.stderr
