"""The outlets' files under config/sites/, read as an operator's tools read them and as they are written."""

from __future__ import annotations

import functools
from pathlib import Path

import yaml

from broadtape.site import Site, load_site

CHECKOUT = Path(__file__).parent.parent.parent
FOLDER = CHECKOUT / "config" / "sites"
SHARED = CHECKOUT.parent / "shared"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@functools.cache
def outlet(name: str) -> Site:
    return load_site(FOLDER / f"{name}.yaml")


@functools.cache
def addresses() -> dict[str, dict[str, str]]:
    cases: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("addresses.yaml").read_text("utf-8"))
    return cases


def mend(name: str, what: str) -> str:
    """What a failure says: what is wrong, and how to put it right."""
    return (
        f"{what}\nMend config/sites/{name}.yaml (its README.md explains each key), then: broadtape sites check {name}"
    )
