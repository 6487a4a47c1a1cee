"""How a bucket with recordings is reached, which need not be the archive's own server."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Access"]


@dataclass(frozen=True, slots=True)
class Access:
    """What `AWS_*` do not say, or say of the archive alone. Goes to workers, and so holds no secrets."""

    endpoint: str | None = None
    """The S3 server's address, such as `https://s3.example.org`; where the environment says if None."""
    anonymous: bool = False
    """Whether requests are sent without credentials, as public buckets take them."""
