"""Bytes of a file as they unpack, read forwards, a little at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

__all__ = ["Broken", "Decoded"]

_MARK = b"\xef\xbb\xbf"
_PADDING = b"\r\n\0"
_STRIDE = 64 * 2**10
_RECORD_START = re.compile(rb"WARC/[01]\.\d")


class Broken(Exception):
    """The bytes do not unpack any further; the text says why."""


class Decoded:
    """What a gzip member, a zstd stream or a plain file unpacks to. Any method may raise Broken, then and ever after.

    `reopen` gives the bytes from a position on, where that can be had again.
    """

    def __init__(
        self,
        chunks: Iterator[bytes],
        offset: int,
        *,
        reopen: Callable[[int], Iterator[bytes]] | None = None,
        length: Callable[[], int | None] = lambda: None,
        size: int | None = None,
    ) -> None:
        self.size = size
        """Bytes that it unpacks to; None where nobody knows."""
        self.offset = offset
        """Where it begins in the file."""
        self.length = length
        """Packed bytes; None before the end was reached, or where nobody knows."""
        self.url: str | None = None
        """The address of the record that was last begun."""
        self._chunks, self._reopen = chunks, reopen
        self._held = bytearray()
        self._base = self._at = 0
        self._broken: Broken | None = None

    @property
    def plain(self) -> bool:
        """Whether its positions are positions of the file."""
        return self._reopen is not None

    @property
    def position(self) -> int:
        """Bytes given so far."""
        return self._base + self._at

    @property
    def place(self) -> int:
        """Where in the file a record lies that begins here: the member's own place, unless it is a plain file."""
        return self.position if self.plain else self.offset

    def peek(self, size: int, *, sound: bool = False) -> bytes:
        """The next `size` bytes, which are not taken; fewer at the end.

        Fewer, too, before the place from which on they do not unpack, unless they are to be `sound`.
        """
        try:
            while len(self._held) - self._at < size and self._more():
                pass
        except Broken:
            if sound or len(self._held) == self._at:
                raise
        return bytes(self._held[self._at : self._at + size])

    def read(self, size: int) -> bytes:
        """Takes `size` bytes; fewer at the end."""
        found = self.peek(size, sound=True)
        self._at += len(found)
        return found

    def skip(self, size: int) -> int:
        """Passes over `size` bytes; gives how many there were."""
        if self._reopen and self.size is not None and size > len(self._held) - self._at:
            before, after = self.position, min(self.position + size, self.size)
            self._begin_at(after)
            return after - before
        left = size
        while left > 0 and (len(self._held) > self._at or self._more()):
            step = min(left, len(self._held) - self._at)
            self._at += step
            left -= step
            self._forget(self.position - _STRIDE)
        return size - left

    def pass_byte_order_mark(self) -> None:
        """Passes over UTF-8's, where it is what comes next."""
        if self.peek(len(_MARK)) == _MARK:
            self._at += len(_MARK)

    def skip_padding(self) -> int:
        """Passes over what may lie between records: line ends, and zero bytes, of which it gives the number."""
        zeros = 0
        while found := self.peek(_STRIDE):
            kept = len(found.lstrip(_PADDING))
            zeros += found[: len(found) - kept].count(0)
            self._at += len(found) - kept
            if kept:
                break
            self._forget(self.position)
        return zeros

    def seek_record(self) -> bool:
        """Goes on to where a line begins as a WARC record does; False where none does any more."""
        while found := self.peek(_STRIDE):
            for match in _RECORD_START.finditer(found):
                if match.start() == 0 or found[match.start() - 1 : match.start()] == b"\n":
                    self._at += match.start()
                    return True
            self._at += max(len(found) - 16, 1)
            self._forget(self.position)
        return False

    def back_to(self, position: int) -> bool:
        """Returns to a position that was passed, where it can."""
        if position >= self._base:
            self._at = position - self._base
        elif self._reopen:
            self._begin_at(position)
        else:
            return False
        return True

    def _begin_at(self, position: int) -> None:
        assert self._reopen
        self._chunks, self._base, self._at = self._reopen(position), position, 0
        self._held.clear()

    def drain(self) -> None:
        """Passes over all that is left."""
        while self.skip(_STRIDE):
            pass

    def _forget(self, position: int) -> None:
        """Lets go of what lies before `position`; `back_to` reaches some steps back all the same."""
        gone = min(position - self._base, self._at)
        if gone >= _STRIDE:
            del self._held[:gone]
            self._base += gone
            self._at -= gone

    def _more(self) -> int:
        if self._broken:
            raise self._broken
        try:
            chunk = next(self._chunks, b"")
        except Broken as broken:
            self._broken = broken
            raise
        self._held += chunk
        return len(chunk)
