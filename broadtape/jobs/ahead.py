"""Work done some steps ahead of whoever asks for it, in its order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

__all__ = ["done_ahead"]

T = TypeVar("T")


def done_ahead(work: Iterable[Callable[[], T]], ahead: int) -> Iterator[T]:
    """What each piece of work gives, in order, while the next `ahead` ones are under way; raises what one raises."""
    every = iter(work)
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(ahead, thread_name_prefix="ahead") as pool:
        try:
            while True:
                for piece in islice(every, ahead - len(waiting)):
                    # A scheduler knows whose step something is by the context of the thread that it is done in.
                    waiting.append(pool.submit(copy_context().run, piece))
                if not waiting:
                    return
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
