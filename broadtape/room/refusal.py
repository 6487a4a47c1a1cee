"""An answer that is no page of the archive: a status and a sentence."""

from __future__ import annotations

from broadtape.errors import BroadtapeError

__all__ = ["Refusal"]


class Refusal(BroadtapeError):
    """The room cannot give what is asked for; `status` is the HTTP status that says so."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
