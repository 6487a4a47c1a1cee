"""How far a listing was read, and why no further."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MOST_BYTES", "Extent"]

MOST_BYTES = 64 * 2**20
"""Of one listing, unpacked. The sitemap protocol allows 50 MB (52,428,800 bytes); some go a little over."""


@dataclass(slots=True)
class Extent:
    """What became of one listing's bytes on the way to its entries. `cut` is None where it was read to its end."""

    cut: str | None = None
    unpacked: int = 0
    """Bytes, once every packing is undone."""
    entities: bool = False
    """Whether it declares XML entities of its own; they are never resolved."""
    unusable: int = 0
    """Entries whose address nobody could ask for."""
    merged: int = 0
    """Entries whose address differs from another's only behind `#`, so that one page is asked for in their place."""

    def end(self, why: str) -> None:
        """It was not read to its end; the first reason stands."""
        self.cut = self.cut or why
