"""Unpacking gzip: by ISA-L where it is installed, in half the time or less; else by zlib, with the same results."""

from __future__ import annotations

import zlib
from typing import Protocol, cast

try:
    from isal import isal_zlib
except ImportError:  # no wheel for this machine
    isal_zlib = None  # type: ignore[assignment]

__all__ = ["INFLATE_ERRORS", "Inflater", "inflater"]

INFLATE_ERRORS: tuple[type[Exception], ...] = (zlib.error,)
"""What `Inflater.decompress` raises for bytes that are no gzip member, or a damaged one."""
if isal_zlib is not None:
    INFLATE_ERRORS += (cast("type[Exception]", isal_zlib.IsalError),)  # its stubs take the class for a value


class Inflater(Protocol):
    """A gzip member on its way, as `zlib.decompressobj` has it."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""

    @property
    def unconsumed_tail(self) -> bytes:
        """What was given and not unpacked yet."""

    @property
    def unused_data(self) -> bytes:
        """What was given and lies behind the member."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most so many bytes more."""


_FLAGS, _UNCHECKED = 3, 0xE2
"""Where a member's flags are, and those that ISA-L does not heed: reserved ones, and a check sum of the header."""


def inflater(first: bytes) -> Inflater:
    """For the gzip member that begins with these bytes."""
    if isal_zlib is None or len(first) <= _FLAGS or first[_FLAGS] & _UNCHECKED:
        return zlib.decompressobj(wbits=31)
    return isal_zlib.decompressobj(wbits=31)
