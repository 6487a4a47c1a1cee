"""Which of many things one step fails over: found by halving, so that one bad thing costs itself and not its batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from broadtape.errors import BroadtapeError

__all__ = ["culprits"]

T = TypeVar("T")


def culprits(items: Sequence[T], attempt: Callable[[Sequence[T]], object]) -> dict[int, Exception]:
    """The places of those items with which `attempt` fails even alone, and how; empty where it does not fail.

    `attempt` changes nothing that counts, for it is called again and again. A BroadtapeError is nobody's fault here and
    comes out; so does a failure that no single item brings about.
    """

    def among(first: int, last: int) -> dict[int, Exception]:
        try:
            attempt(items[first:last])
        except BroadtapeError:
            raise
        except Exception as error:  # whatever an item of unknown origin may cause
            if last - first == 1:
                return {first: error}
            middle = (first + last) // 2
            found = among(first, middle) | among(middle, last)
            if not found:
                raise
            return found
        return {}

    return among(0, len(items))
