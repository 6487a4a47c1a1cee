"""A job's steps as Prefect tasks: the same that a job is told where it does them by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from broadtape.errors import LeaseHeld, RunFailed
from broadtape.jobs.steps import Step, Steps


def run(work: Callable[[Steps], Any]) -> Any:
    """What `work` gives inside a flow; Prefect is imported only once its server is named."""
    from prefect import flow

    from flows.steps import RUNNER, TaskSteps

    return flow(lambda: work(TaskSteps()), name="steps", task_runner=RUNNER, persist_result=False)()


def test_results_and_errors_come_out_as_they_are(prefect_server: str) -> None:
    done: list[str] = []

    def fail() -> None:
        raise RunFailed("one is in trouble")

    def work(steps: Steps) -> tuple[int, list[Exception | None]]:
        count = steps.do(Step("count", lambda: 3, "{strange} file.warc.gz"))
        return count, steps.do_all([Step("archive", lambda: done.append("a")), Step("archive", fail, repeated=False)])

    count, (first, second) = run(work)
    assert (count, first, type(second), str(second)) == (3, None, RunFailed, "one is in trouble")
    assert done == ["a"]


def test_what_is_not_the_stores_fault_is_tried_once(prefect_server: str) -> None:
    tries: list[int] = []

    def refuse() -> None:
        tries.append(1)
        raise LeaseHeld("The outlet is being written.")

    with pytest.raises(LeaseHeld):
        run(lambda steps: steps.do(Step("lease", refuse)))
    assert len(tries) == 1
