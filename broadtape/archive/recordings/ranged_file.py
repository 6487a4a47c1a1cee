"""A file that lies elsewhere, read by ranges: what is wanted at once, the rest in growing steps."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from broadtape.errors import StoreError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Fetch", "NoRanges", "Span", "ranged_file"]

Fetch: TypeAlias = Callable[[int, int], bytes]
"""Gives exactly so many bytes (second) from an offset (first) on; raises StoreError."""
Span: TypeAlias = tuple[int, int]
"""Where bytes begin, and where they end."""


class NoRanges(StoreError):
    """The server gives files as a whole alone."""


_NEAR = 64 * 2**10
"""Bytes between two spans that are read along: at 100 Mbit/s they take 5 ms, a request of its own takes 20 to 100."""
_AT_ONCE = 8
_FIRST_STEP, _LAST_STEP = 256 * 2**10, 8 * 2**20
_BUFFER = 64 * 2**10
_MOST = 64 * 2**20
"""Bytes that are read ahead of whoever reads; spans beyond are read when their turn comes."""


def ranged_file(fetch: Fetch, size: int, wanted: Sequence[Span] = ()) -> BinaryIO:
    """The file of that `size`; the spans that are `wanted` are asked for side by side, with the first byte."""
    return io.BufferedReader(_Ranged(fetch, size, wanted), _BUFFER)


class _Ranged(io.RawIOBase):
    def __init__(self, fetch: Fetch, size: int, wanted: Sequence[Span]) -> None:
        self._fetch, self._size = fetch, size
        self._wanted = list(_joined(wanted, size))
        self._held: list[tuple[int, bytes]] = []
        self._last = (0, b"")
        self._at, self._step = 0, _FIRST_STEP

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        if self._at >= self._size or not len(view):
            return 0
        begin, block = self._block()
        part = memoryview(block)[self._at - begin :][: len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _block(self) -> tuple[int, bytes]:
        """Some bytes with the one that is to be read next among them."""
        if self._wanted:
            wanted, self._wanted = self._wanted, []
            self._held = list(self._fetched(wanted))
        for begin, block in (self._last, *self._held):
            if begin <= self._at < begin + len(block):
                return begin, block
        self._last = self._at, self._fetch(self._at, min(self._step, self._size - self._at))
        self._step = min(2 * self._step, _LAST_STEP)
        return self._last

    def _fetched(self, spans: Sequence[Span]) -> Iterable[tuple[int, bytes]]:
        def fetched(span: Span) -> tuple[int, bytes]:
            begin, end = span
            return begin, self._fetch(begin, end - begin)

        if len(spans) == 1:
            return [fetched(spans[0])]
        with ThreadPoolExecutor(min(_AT_ONCE, len(spans)), thread_name_prefix="range") as pool:
            return list(pool.map(fetched, spans))


def _joined(spans: Sequence[Span], size: int) -> Iterable[Span]:
    """The spans within the file, those that lie near each other as one, as far as memory is to be had for them."""
    joined: list[Span] = []
    for begin, end in sorted((begin, min(end, size)) for begin, end in spans):
        if joined and begin - joined[-1][1] <= _NEAR:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif begin < end:
            joined.append((begin, end))
    total = 0
    for begin, end in joined:
        total += end - begin
        if total <= _MOST:
            yield begin, end
