"""The configuration of one newsroom: the shipped one with the ports, folders and pace of this one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from examples.newsroom.server import HOST

__all__ = ["FIRST_PORT", "SHIPPED_CONFIG", "set_pace", "write_config"]

FIRST_PORT = 8600
SHIPPED_CONFIG = Path(__file__).parent / "config"


def write_config(folder: Path, places: Mapping[str, int], bases: Mapping[str, str]) -> Path:
    """Writes `folder`/config with the addresses in `bases`, archive and spool beside it; returns its path."""
    config = folder / "config"
    shutil.copytree(SHIPPED_CONFIG, config)
    for file in [config / "broadtape.toml", *(config / "sites").glob("*.yaml")]:
        text = file.read_text(encoding="utf-8")
        for name, place in places.items():
            text = text.replace(f"{HOST}:{FIRST_PORT + place}", bases[name].removeprefix("http://"))
        for key in ("archive", "spool"):
            text = _set(text, f"{key} = ", f'"{(folder / key).as_posix()}"')
        file.write_text(text, encoding="utf-8")
    return config


def set_pace(config: Path, *, delay: float | None, budget: int | None) -> None:
    """Sets `delay` and `max_pages_per_run` in every outlet's file, where given."""
    for file in (config / "sites").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        text = text if delay is None else _set(text, "delay: ", str(delay))
        text = text if budget is None else _set(text, "max_pages_per_run: ", str(budget))
        file.write_text(text, encoding="utf-8")


def _set(text: str, key: str, value: str) -> str:
    return re.sub(rf"(?m)^{key}.*$", lambda _: key + value, text)
