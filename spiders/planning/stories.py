"""A story to be fetched, and what its listings say of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from broadtape.capture import Capture, Listing
from broadtape.capture.passing_trouble import may_pass
from broadtape.urls import GENERAL, AddressRules, url_id

__all__ = ["Story", "carried", "from_row", "together"]


@dataclass(frozen=True, slots=True)
class Story:
    """A story to be fetched, with the ledger's newest word on it."""

    listing: Listing
    row: Capture | None = None
    conditional: bool = True
    rules: AddressRules = GENERAL

    @property
    def id(self) -> int:
        """The story's `url_id`."""
        return url_id(self.listing.url, self.rules)

    @property
    def held(self) -> bool:
        """Whether the archive has a text of it."""
        if self.row is None:
            return False
        return self.row.outcome in {"archived", "unchanged"} or (self.row.article_id is not None and may_pass(self.row))

    @property
    def digest(self) -> str | None:
        """The sha256 of what was received last, where the ledger has it."""
        return self.row.payload_sha256 if self.row else None

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that let the server answer 304; none where there is nothing to fall back on."""
        if not (self.conditional and self.held and self.row):
            return {}
        asked = {"If-None-Match": self.row.etag, "If-Modified-Since": self.row.last_modified}
        return {name: value for name, value in asked.items() if value}


def carried(listing: Listing, row: Capture | None, now: datetime) -> Listing:
    """The listing with when we first saw the story listed."""
    return replace(listing, first_listed_at=(row.first_listed_at if row else None) or now)


def together(first: Listing, second: Listing) -> Listing:
    """What two listings say of one story; the first one's word stands, but for the latest modification."""
    modified = [moment for moment in (first.modified_at, second.modified_at) if moment]
    dated = next((each for each in (first, second) if each.published_at), first)
    return replace(
        first,
        title=first.title or second.title,
        summary=first.summary or second.summary,
        published_at=dated.published_at,
        published_raw=dated.published_raw,
        published_precision=dated.published_precision,
        modified_at=max(modified) if modified else None,
        authors=first.authors or second.authors,
        language=first.language or second.language,
        tags=first.tags or second.tags,
    )


def from_row(row: Capture) -> Listing:
    """What the ledger knows of a story, as the listing of a second look at it."""
    assert row.url is not None
    return Listing(
        url=row.url,
        listed_in=row.listed_in,
        via="recheck",
        first_listed_at=row.first_listed_at,
        published_at=row.published_at,
        modified_at=row.listed_modified_at,
    )
