"""The steps of a job: named pieces of its work, each safe to do again, and whoever does them.

A job says what is done in which order. Who does a step is handed in: `StepsHere` does it in this process and tries
again where the store failed; a scheduler does each as a task of its own, which its pages show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from broadtape.archive.opening import RETRY_AFTER, patiently

__all__ = ["AT_ONCE", "RETRY_AFTER", "Step", "Steps", "StepsHere"]

T = TypeVar("T")

AT_ONCE = 4
"""Steps that are done side by side: they wait for the store and for the cleaning processes, which have limits of their
own."""


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """One piece of a job's work. Where the store fails it is done again, from its beginning, if it is `repeated`."""

    kind: str
    """What it is, in a word or two that are the same for each of its kind: `archive-segment`."""
    work: Callable[[], T]
    about: str | None = None
    """What it is done to: an outlet, a segment, a file."""
    repeated: bool = True


class Steps(Protocol):
    """Does steps."""

    def do(self, step: Step[T]) -> T:
        """Does one and gives its result; raises what it raised the last time it was tried."""

    def do_all(self, steps: Sequence[Step[None]]) -> list[Exception | None]:
        """Does several side by side; what each raised, None where it did its work. One that fails leaves the others."""


class StepsHere:
    """Does steps in this process; `told` hears why one is tried again."""

    def __init__(
        self, told: Callable[[str], object] = lambda _why: None, *, retry_after: Sequence[float] = RETRY_AFTER
    ) -> None:
        self._told, self._retry_after = told, retry_after

    def do(self, step: Step[T]) -> T:
        """See Steps."""
        told = partial(self._tell, step.about or step.kind)
        return patiently(step.work, told, self._retry_after if step.repeated else ())

    def _tell(self, whose: str, why: str) -> None:
        self._told(f"{whose}: {why}")

    def do_all(self, steps: Sequence[Step[None]]) -> list[Exception | None]:
        """See Steps."""
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="step") as pool:
            return list(pool.map(self._outcome, steps))

    def _outcome(self, step: Step[None]) -> Exception | None:
        try:
            self.do(step)
        except Exception as error:  # the caller's to judge
            return error
        return None
