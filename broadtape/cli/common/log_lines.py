"""What a command tells beside its answer, on standard error: sentences for people, or one JSON object a line.

Which of the two stands in the environment, so that processes started for a command speak as it does.
"""

from __future__ import annotations

import json
import os
from typing import Any, Literal

import click

from broadtape.times import iso, utcnow

__all__ = ["LOG_FORMAT", "as_json", "log"]

LOG_FORMAT = "BROADTAPE_LOG_FORMAT"


def as_json() -> bool:
    """Whether programs read what is told."""
    return os.environ.get(LOG_FORMAT) == "json"


def log(text: str, *, level: Literal["info", "warning", "error"] = "info", bare: bool = False, **facts: Any) -> None:
    """Tells a sentence; `facts`, which must fit JSON, are for programs alone. A `bare` one goes without our name."""
    if as_json():
        line = {"time": iso(utcnow()), "level": level, "message": text, **facts}
        click.echo(json.dumps(line, ensure_ascii=False, default=str), err=True)
    else:
        click.echo(text if bare else f"broadtape: {text}", err=True)
