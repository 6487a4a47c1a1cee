"""No pattern hangs on a hostile line: pages and addresses are other people's, and Python's re has no time limit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from outlet_files import NAMES, outlet

from broadtape.cleaning.boilerplate.rule_set import rules_for

SCRIPT = Path(__file__).with_name("hostile_lines.py")
PATIENCE = 240.0
"""Seconds; all patterns together take a few, one that backtracks without bound takes years."""


def patterns() -> Iterator[tuple[str, str]]:
    for name in NAMES:
        site = outlet(name)
        own = [*site.article_patterns, *site.exclude_patterns, *site.keep, *(r.expression for r in site.boilerplate)]
        for pattern in dict.fromkeys([*own, *([site.article_number_pattern] if site.article_number_pattern else [])]):
            yield f"config/sites/{name}.yaml: {pattern}", pattern
    general = rules_for(None)
    for rule in (*general.general.rules, *general.inside):
        flags = "(?i)" if rule.pattern.flags & re.IGNORECASE and not rule.pattern.pattern.startswith("(?i)") else ""
        yield f"config/cleaning.yaml: {rule.name}", flags + rule.pattern.pattern


def search_all(pairs: list[tuple[str, str]], patience: float) -> str | None:
    """The label of the pattern that did not come to an end; None where all did."""
    given = "".join(json.dumps(pair) + "\n" for pair in pairs)
    try:
        done = subprocess.run(
            [sys.executable, str(SCRIPT)], input=given, capture_output=True, text=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired as expired:
        return (expired.stdout or b"").decode().splitlines()[-1]
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [label for label, _ in pairs]
    return None


def test_no_pattern_hangs() -> None:
    hanging = search_all(list(patterns()), PATIENCE)
    assert hanging is None, f"{hanging} hangs on a hostile line: bound its repetitions, as in .{{0,200}}."


@pytest.mark.slow
def test_a_pattern_that_hangs_is_named() -> None:
    assert search_all([("bad", r"^(a+)+$"), ("never", "b")], 2.0) == "bad"
