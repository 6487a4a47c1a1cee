"""Is there room for a run: a limit on address space ends processes in places where nothing can be said any more."""

from __future__ import annotations

import resource

from broadtape.errors import TooLittleMemory

__all__ = ["LEAST", "require_address_space"]

LEAST = 3 * 2**30
"""Bytes of address space that a run was seen to need, most of it reserved by the tables' engines and never used."""


def require_address_space() -> None:
    """Raises TooLittleMemory where this process may take less than LEAST."""
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY and soft < LEAST:
        raise TooLittleMemory(
            f"The limit on address space (ulimit -v, LimitAS=) is {soft / 2**30:.1f} GiB, and a run reserves "
            f"{LEAST // 2**30} GiB, of which it uses little: raise it, or limit what is used (MemoryMax=)."
        )
