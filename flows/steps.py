"""A job's steps as Prefect tasks: each with a name in its pages, tried again where the object store failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from broadtape.errors import RunFailed, StoreError, StoreUnusable
from broadtape.jobs.steps import AT_ONCE, RETRY_AFTER, Step

__all__ = ["RUNNER", "TaskSteps"]

T = TypeVar("T")

RUNNER: Any = ThreadPoolTaskRunner(max_workers=AT_ONCE)  # prefect's own types do not fit together here
"""What a flow whose steps go side by side is run with."""


class TaskSteps:
    """Does a job's steps as tasks of the flow run that this is called in."""

    def do(self, step: Step[T]) -> T:
        """See broadtape.jobs.steps.Steps."""
        return _task(step)(step.work)

    def do_all(self, steps: Sequence[Step[None]]) -> list[Exception | None]:
        """See broadtape.jobs.steps.Steps."""
        return [_outcome(future) for future in [_task(step).submit(step.work) for step in steps]]


def _task(step: Step[T]) -> Task[[Callable[[], T]], T]:
    return Task(
        fn=_work,
        name=step.kind,
        task_run_name=_as_it_is(step.about),
        retries=len(RETRY_AFTER) if step.repeated else 0,
        retry_delay_seconds=list(RETRY_AFTER) if step.repeated else None,
        retry_condition_fn=_store_failed,
        # Tasks work on things that cannot be a cache's key, and what they do must be done.
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _as_it_is(name: str | None) -> str | None:
    """Prefect formats a name with a task's parameters; a file may be called anything."""
    return name.replace("{", "{{").replace("}", "}}") if name else None


def _work(work: Callable[[], T]) -> T:
    return work()


def _store_failed(_task: object, _run: object, state: State[Any]) -> bool:
    result: Any = state.result(raise_on_failure=False)
    return isinstance(result, StoreError) and not isinstance(result, StoreUnusable)


def _outcome(future: PrefectFuture[None]) -> Exception | None:
    future.wait()
    if future.state.is_completed():
        return None
    result: Any = future.state.result(raise_on_failure=False)
    return result if isinstance(result, Exception) else RunFailed(future.state.message or "The task was ended.")
