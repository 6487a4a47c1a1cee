"""The public surface: what `broadtape` exports is what it says, typed and lazy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import broadtape

MODULE = Path(broadtape.__file__)


def test_everything_named_is_there() -> None:
    assert sorted(broadtape.__all__) == broadtape.__all__
    for name in broadtape.__all__:
        assert getattr(broadtape, name) is not None
    assert set(broadtape.__all__) <= set(dir(broadtape))


def test_what_is_typed_is_what_is_exported() -> None:
    (typed,) = [
        node
        for node in ast.parse(MODULE.read_text()).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    imported = {
        alias.asname or alias.name for node in typed.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert imported | {"__version__"} == set(broadtape.__all__)


def test_no_other_name() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        broadtape.nonsense  # noqa: B018


def test_importing_it_imports_nothing_heavy() -> None:
    code = "import sys, broadtape; print([m for m in ('polars', 'lxml', 'pydantic', 'click') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=MODULE.parents[1], check=True)
    assert done.stdout == b"[]\n"
