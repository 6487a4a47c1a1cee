"""Work is done ahead of whoever asks, in order, and no more of it than was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from broadtape.jobs.ahead import done_ahead


def test_results_come_in_order_and_little_is_begun_ahead() -> None:
    begun: list[int] = []

    def pieces() -> Iterator[Callable[[], int]]:
        for n in range(20):
            begun.append(n)
            yield lambda n=n: n * n  # type: ignore[misc]

    found = done_ahead(pieces(), 3)
    assert [next(found) for _ in range(5)] == [0, 1, 4, 9, 16]
    assert len(begun) <= 8
    assert list(found) == [n * n for n in range(5, 20)]


def test_what_one_raises_is_raised_in_its_turn() -> None:
    found = done_ahead([lambda: 1, lambda: 1 // 0, lambda: 2], 2)
    assert next(found) == 1
    with pytest.raises(ZeroDivisionError):
        next(found)
