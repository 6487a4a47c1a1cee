"""No module needs, by whatever way, one that needs it: imports for type checking alone count."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


def test_there_is_no_circle_of_imports() -> None:
    graph = grimp.build_graph("broadtape", "spiders", "flows")
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        pytest.fail(f"a circle of imports: {' → '.join(reversed(circle.args[1]))}")
