"""`[upkeep]` in the settings: what the daily upkeep does besides."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Upkeep"]


class Upkeep(BaseModel):
    """`[upkeep]`: where the archive is copied to each day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    backup_to: str | None = None
    """A folder or `s3://bucket/prefix` of the copy that upkeep brings up to date at its end; None for no copy."""
