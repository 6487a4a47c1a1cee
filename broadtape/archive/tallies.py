"""What this process has asked of stores, and lost of leases: counted where it happens, for whoever watches."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["LEASES_LOST", "STORE_REQUESTS", "count_requests"]

STORE_REQUESTS: Counter[str] = Counter()
"""Requests sent to S3 by operation, those tried again included; what Delta and Polars ask by themselves is not seen."""
LEASES_LOST: Counter[str] = Counter()
"""Leases by outlet that expired, or were taken over, while a run of this process held them."""


def count_requests(client: S3Client) -> None:
    """Has each request that this client sends counted."""
    client.meta.events.register("before-send.s3", _count)


def _count(event_name: str, **_: Any) -> None:
    STORE_REQUESTS[event_name.rpartition(".")[2]] += 1
