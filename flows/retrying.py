"""What is tried again: steps that failed because the object store did, which are safe to redo at any point."""

from __future__ import annotations

from typing import Any

from prefect.cache_policies import NO_CACHE

from broadtape.errors import StoreError

__all__ = ["RETRIED"]


def _store_failed(_task: object, _run: object, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), StoreError)


RETRIED: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [2, 10, 30],
    "retry_condition_fn": _store_failed,
    # Tasks work on things that cannot be a cache's key, and what they do must be done.
    "cache_policy": NO_CACHE,
    "persist_result": False,
}
"""Options of such a task."""
