"""What a command tells beside its answer, on standard error: sentences for people, or one JSON object a line."""

from __future__ import annotations

import json
from typing import Any, Literal

import click

from broadtape.log_format import as_json
from broadtape.times import iso, utcnow

__all__ = ["log"]


def log(text: str, *, level: Literal["info", "warning", "error"] = "info", bare: bool = False, **facts: Any) -> None:
    """Tells a sentence; `facts`, which must fit JSON, are for programs alone. A `bare` one goes without our name."""
    if as_json():
        line = {"time": iso(utcnow()), "level": level, "message": text, **facts}
        click.echo(json.dumps(line, ensure_ascii=False, default=str), err=True)
    else:
        click.echo(text if bare else f"broadtape: {text}", err=True)
