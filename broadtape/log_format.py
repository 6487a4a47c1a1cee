"""How what is told beside an answer is written: a choice that stands in the environment, so that processes which are
started for a command speak as it does.
"""

from __future__ import annotations

import os

__all__ = ["LOG_FORMAT", "as_json"]

LOG_FORMAT = "BROADTAPE_LOG_FORMAT"
"""`text`, for people, which is the default; or `json`."""


def as_json() -> bool:
    """Whether programs read what is told."""
    return os.environ.get(LOG_FORMAT) == "json"
