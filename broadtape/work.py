"""Work that any process can do which can read the store: a value that can be sent, and its result too.

What does it is shaped like `concurrent.futures` (`ingest/engines/`): worker processes of this machine, or of others.
Who has work done in parts is handed a `Doing`, and need not know which.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, Self, TypeVar

from broadtape.errors import PartFailed

__all__ = ["ENGINES", "Doing", "WholePart", "Work", "done_here"]

R = TypeVar("R")
ENGINES = ("local", "dask")
"""Who does work: processes of this machine, or Dask's workers."""
_PATIENCE = 6 * 3600.0


class Work(Protocol[R]):
    """A piece of work, done by calling it in a process that `start_worker` prepared. It can be done again.

    A process that dies over it, or takes too long, costs at most one page: the pieces are done one by one then, and
    the one to blame is done `refused`, or is `lost` where it takes whole workers with it.
    """

    @property
    def seconds(self) -> float:
        """How long it may take."""

    def pieces(self) -> Sequence[Self]:
        """The same work in pieces that cannot be parted further; the order is that of the results."""

    def refused(self, why: str) -> Self:
        """The same work as it is done where doing it ends the process; of one piece."""

    def lost(self, why: str) -> R:
        """What stands for the result of a piece that took more than one machine's worker with it: it is not tried
        again in this run. Raises PartFailed where nothing can."""

    def joined(self, results: Sequence[R]) -> R:
        """The result, of those of the pieces."""

    def __call__(self) -> R:
        """Does it."""


class Doing(Protocol):
    """Has parts done, some of them side by side."""

    def __call__(self, parts: Iterable[Work[R]]) -> Iterator[R]:
        """What came of each part, in their order; raises PartFailed, all others being done, for those that failed."""


def done_here(parts: Iterable[Work[R]]) -> Iterator[R]:
    """See `Doing`: in this process, one after the other."""
    return (part() for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePart(ABC, Generic[R]):
    """Work that cannot be parted, and without whose result there is none of the whole."""

    failed: str | None = None
    """Why it is not done: to do so ends the process."""

    @property
    @abstractmethod
    def about(self) -> str:
        """What it is, for whoever hears that it failed."""

    @abstractmethod
    def do(self) -> R:
        """Does it."""

    @property
    def seconds(self) -> float:
        """See `Work`."""
        return _PATIENCE

    def pieces(self) -> Sequence[Self]:
        """Itself."""
        return [self]

    def refused(self, why: str) -> Self:
        """The same, which fails."""
        return replace(self, failed=why)

    def lost(self, why: str) -> R:
        """Raises PartFailed."""
        raise PartFailed(f"{self.about} could not be done: {why}.")

    def joined(self, results: Sequence[R]) -> R:
        """Its one result."""
        return results[0]

    def __call__(self) -> R:
        """See `Work`."""
        return self.do() if self.failed is None else self.lost(self.failed)
