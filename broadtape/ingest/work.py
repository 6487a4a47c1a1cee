"""Work that any process can do which has the outlets' files: a value that can be sent, and its result too.

What does it is shaped like `concurrent.futures` (`engines/`): worker processes of this machine, or of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self, TypeVar

__all__ = ["Work"]

R = TypeVar("R")


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
        again in this run."""

    def joined(self, results: Sequence[R]) -> R:
        """The result, of those of the pieces."""

    def __call__(self) -> R:
        """Does it."""
