"""What a segment says before it is compared with the archive: each sighting with its article and its ledger row."""

from __future__ import annotations

from dataclasses import dataclass, replace

from broadtape.archive.segment_key import SegmentKey
from broadtape.article import Article
from broadtape.capture import Capture, Note
from broadtape.capture.detail import as_json
from broadtape.ingest.listing_facts import from_listing, with_listing
from broadtape.ingest.page_job import Refusal
from broadtape.ingest.segment import Sighting
from broadtape.urls import GENERAL, AddressRules, url_id

__all__ = ["CleanedSegment", "Draft", "draft_of"]


@dataclass(frozen=True, slots=True)
class CleanedSegment:
    """A closed segment after cleaning: each sighting with its article, or why it has none (None: nothing to clean)."""

    key: SegmentKey
    found: tuple[tuple[Sighting, Article | Refusal | None], ...]

    @property
    def site(self) -> str:
        """The outlet, or pseudo-outlet, that it is of."""
        return self.key.site


@dataclass(frozen=True, slots=True)
class Draft:
    """One sighting on its way to a row: `capture` as the ledger would have it if nothing else were known."""

    sighting: Sighting
    note: Note
    article: Article | None
    refusal: Refusal | None
    capture: Capture
    before: Capture | None = None
    """The ledger's newest word on the address so far."""


def draft_of(
    segment: CleanedSegment, sighting: Sighting, made: Article | Refusal | None, rules: AddressRules = GENERAL
) -> Draft:
    """The draft of one sighting and of what cleaning made of it, with what only its note and its segment know."""
    note = sighting.note or Note("fetch", segment.site, segment.key.run, url=sighting.url)
    if made is None and note.listing and note.access == "metadata" and note.outcome is None:
        made = from_listing(note, sighting.date, rules)
    capture = _capture(segment, sighting, note, rules)
    if isinstance(made, Article):
        made = with_listing(made, note)
        made = replace(
            made,
            site=segment.site,
            fetched_at=sighting.date,
            access=note.access,
            rights=note.rights,
            rights_checked_at=note.rights_checked_at,
            source=note.source,
            payload_sha256=capture.payload_sha256,
            warc_file=str(segment.key),
            warc_offset=sighting.offset,
            warc_length=sighting.length,
        )
    return Draft(
        sighting,
        note,
        made if isinstance(made, Article) else None,
        made if isinstance(made, Refusal) else None,
        capture,
    )


def _capture(segment: CleanedSegment, sighting: Sighting, note: Note, rules: AddressRules) -> Capture:
    listing = note.listing
    return Capture(
        site=note.site,
        run=note.run,
        outcome=note.outcome or "failed",
        url=sighting.url,
        url_id=url_id(sighting.url, rules) if sighting.url else None,
        final_url=note.final_url,
        reason=note.reason,
        status=note.status if note.status is not None else sighting.status,
        via=listing.via if listing else None,
        listed_in=listing.listed_in if listing else None,
        first_listed_at=listing.first_listed_at if listing else None,
        listed_modified_at=listing.modified_at if listing else None,
        published_at=listing.published_at if listing else None,
        fetched_at=sighting.date if note.event == "fetch" else None,
        etag=note.etag,
        last_modified=note.last_modified,
        payload_sha256=sighting.payload_sha256,
        access=note.access,
        rights=note.rights,
        rights_checked_at=note.rights_checked_at,
        source=note.source,
        detail=as_json(note.detail),
        warc_file=str(segment.key),
        warc_offset=sighting.offset,
        warc_length=sighting.length,
    )
