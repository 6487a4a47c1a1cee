"""What the room shows of a page that is held back: whoever opens the room hands it in, for cleaning is not its work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from broadtape.article import Article

__all__ = ["Examine", "HeldText"]


@dataclass(frozen=True, slots=True)
class HeldText:
    """What would be published of the page by today's rules, and the outlet's last good text before it."""

    made: Article | None
    refused: str | None
    """Why no story would come of the page; None where one would."""
    last_good: Article | None


Examine = Callable[[str], HeldText]
"""Cleans the page held back at an address; takes seconds. Raises UsageError where none is held back there."""
