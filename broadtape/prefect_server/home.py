"""Where Prefect keeps what is its own on this machine, told without importing it."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["prefect_home"]


def prefect_home() -> Path:
    """The folder in PREFECT_HOME, else Prefect's own default."""
    return Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
