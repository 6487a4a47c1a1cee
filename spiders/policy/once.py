"""Facts that a run asks for once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

__all__ = ["Once"]

T = TypeVar("T")


class Once(Generic[T]):
    """Facts about hosts, each asked for once in a run, whichever outlet comes first."""

    def __init__(self) -> None:
        self._answers: dict[str, asyncio.Future[T]] = {}

    def remember(self, key: str, answer: T) -> None:
        """Takes an answer from an earlier run, unless there is one already."""
        if key not in self._answers:
            known: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            known.set_result(answer)
            self._answers[key] = known

    async def get(self, key: str, ask: Callable[[str], Awaitable[T]]) -> T:
        """The answer for `key`, by `ask` if nobody has asked yet; one that raises is forgotten."""
        if key not in self._answers:
            self._answers[key] = asyncio.ensure_future(ask(key))
        asked = self._answers[key]
        try:
            # An outlet that is cut off while it waits must not take the answer from the others.
            return await asyncio.shield(asked)
        except BaseException:
            if asked.done() and self._answers.get(key) is asked:
                del self._answers[key]
            raise

    def known(self, key: str) -> T | None:
        """The answer for `key`, if it is there by now."""
        answer = self._answers.get(key)
        settled = answer is not None and answer.done() and not answer.cancelled() and answer.exception() is None
        return answer.result() if answer is not None and settled else None
