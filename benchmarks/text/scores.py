"""The figures that the scripts in `../shared/score` give, and what can be told of days besides."""

from __future__ import annotations

import importlib.util
import json
import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.text.pages import SHARED, Sample
from benchmarks.text.race import Row

__all__ = ["Scores", "score"]

_PAIR = re.compile(r"([a-z_][a-z_ ]*?) ([\d.]+|nan)\b")
Scores = tuple[dict[str, float], dict[str, str]]
"""A set's figures by name, in percent, and each page's own line, worst first, by its id."""


def score(pages: Sequence[Sample], rows: Sequence[Row]) -> Scores:
    """How well `rows` meet what is known of `pages`; both empty where the scripts or what they need are missing."""
    pieces = bool(pages) and "with" in pages[0].truth
    script = SHARED / "score" / ("chunks.py" if pieces else "score.py")
    if not pages or not script.is_file() or not all(map(importlib.util.find_spec, ("numpy", "nltk"))):
        return {}, {}
    with tempfile.TemporaryDirectory() as folder:
        truth, found = Path(folder, "truth.jsonl"), Path(folder, "found.jsonl")
        truth.write_text("".join(json.dumps(page.truth) + "\n" for page in pages), "utf-8")
        found.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        command = [sys.executable, str(script), str(truth), str(found), "--worst", str(len(pages))]
        told = subprocess.run(
            [*command, *([] if pieces else ["--json"])], capture_output=True, text=True, check=True
        ).stdout
    head, _, rest = told.partition("\n")
    known = {page.id for page in pages}
    lines = {word: line for line in rest.splitlines() for word in line.split() if word in known}
    if pieces:
        return {name: float(value) for name, value in _PAIR.findall(head)}, lines
    figures = {name: float(value) for name, value in json.loads(head).items() if value is not None}
    figures["below_90"] *= 100 / len(pages)
    return figures | _days(pages, rows, figures.get("day", math.nan)), lines


def _days(pages: Sequence[Sample], rows: Sequence[Row], right: float) -> dict[str, float]:
    """Of the pages whose day is known: right, given but wrong, not given."""
    dated = [bool(row.get("published")) for page, row in zip(pages, rows, strict=True) if page.truth.get("published")]
    if not dated:
        return {}
    missing = 100 * dated.count(False) / len(dated)
    return {"day right": right, "wrong": 100 - missing - right, "not given": missing}
