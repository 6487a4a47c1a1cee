"""One look at one listing, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from broadtape.capture import Listing, Via
from spiders.discovery.documents.sitemap_entries import Child
from spiders.discovery.listing_state import ListingState
from spiders.policy.refused import Refused

__all__ = ["Reading"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one listing."""

    url: str
    via: Via
    status: str
    """`200` where it was read, `304`, another HTTP status, `not due`, or why it could not be read."""
    listings: tuple[Listing, ...] = ()
    state: ListingState | None = None
    """To be kept once everything listed has been dealt with."""
    refused: Refused | None = None
    """Set where the listing itself may not be fetched."""
    unchanged: bool = False
    """Whether it came back as it was."""
    children: tuple[Child, ...] = ()
    """For an index, the sitemaps it names."""
    since: datetime | None = None
    """Stories listed as older than this are not wanted."""
    listed: int = 0
    """How many stories it listed."""
    cut: str | None = None
    """Why it was not read to its end."""
    unusable: int = 0
    """Entries whose address nobody could ask for."""
    merged: int = 0
    """Entries in whose place one page is asked for, since their addresses differ only behind `#`."""
    unpacked: int = 0
    """Bytes that were taken apart."""
    next_page: str | None = None
    """Where it goes on with older stories."""
    before: ListingState | None = None
    """What the last look at it left, where it was looked at before."""
    moved_to: str | None = None
    """Where it says that it has moved to for good."""
    left: int = 0
    """Sitemaps that it names and that wait for another run."""

    @property
    def gone(self) -> bool:
        """Whether another look will not find more: it does not exist, is none, or must not be fetched."""
        forbidden = self.refused is not None and not (self.refused.later or self.refused.failed)
        return forbidden or self.status in {"404", "410"} or self.status.startswith("unreadable")

    def counted(self) -> Self:
        """The same without the stories, of which there may be many."""
        return replace(self, listings=())
