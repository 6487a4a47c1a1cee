"""The first of a list, and how many stand behind them: what is left out of a page is told on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

__all__ = ["Shortlist"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shortlist(Generic[T]):
    """`first` are shown, `more` are not."""

    first: tuple[T, ...]
    more: int

    @classmethod
    def of(cls, every: Sequence[T], most: int) -> Self:
        """No more than so many of them."""
        return cls(tuple(every[:most]), max(len(every) - most, 0))
