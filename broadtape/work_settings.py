"""`[work]` in the settings: where bulk work is done."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Work"]


class Work(BaseModel):
    """`[work]`: who makes articles of stored pages and recordings, and does what a whole archive is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    engine: Literal["local", "dask"] = "local"
    """`local`: worker processes of this machine; `dask`: those of every machine that a scheduler of Dask's has."""
    dask_address: str | None = None
    """The scheduler's address, such as `tcp://10.0.0.1:8786`."""
    patience: float = Field(default=1800.0, ge=0)
    """Seconds that an outlet which another run is writing is waited for at the end, all else being done."""
