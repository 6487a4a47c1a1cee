"""What an engine is: something shaped like an executor of `concurrent.futures` that takes `Work`."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol, TypeVar

from broadtape.work import Work

__all__ = ["Engine"]

R = TypeVar("R")


class Engine(Protocol):
    """Does work somewhere. What a worker dies over costs a page; an engine that is gone fails all its futures, with
    EngineGone."""

    @property
    def slots(self) -> int:
        """Pieces of work that are done side by side, at this moment."""

    def submit(self, work: Work[R]) -> Future[R]:
        """Begins it, once a worker is free."""

    def close(self) -> None:
        """Ends what is under way."""
