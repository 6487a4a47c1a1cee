"""Opening and asking an archive for work that can wait: a store that is restarted is back within a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from broadtape.archive.archive import Archive
from broadtape.errors import StoreError, StoreUnusable

__all__ = ["RETRY_AFTER", "open_patiently", "patiently"]

T = TypeVar("T")

RETRY_AFTER = (2.0, 10.0, 30.0)
"""Seconds until work whose store failed is tried again: a gateway that is restarted is back by then."""


def open_patiently(
    uri: str,
    *,
    create: bool = False,
    told: Callable[[str], object] = lambda _why: None,
    retry_after: Sequence[float] = RETRY_AFTER,
) -> Archive:
    """`Archive.open`, tried again where the store does not answer as it should; `told` hears why.

    Raises what `Archive.open` raises; at once where no waiting helps: no bucket, no credentials, another address.
    """
    return patiently(lambda: Archive.open(uri, create=create), told, retry_after)


def patiently(
    work: Callable[[], T],
    told: Callable[[str], object] = lambda _why: None,
    retry_after: Sequence[float] = RETRY_AFTER,
) -> T:
    """What `work` gives, tried again where the store does not answer as it should; `told` hears why."""
    for seconds in retry_after:
        try:
            return work()
        except StoreUnusable:
            raise
        except StoreError as error:
            told(f"{error} It is tried again in {seconds:.0f} s.")
            time.sleep(seconds)
    return work()
