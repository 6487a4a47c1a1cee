"""What the archive holds about the pages of some segments, each thing asked for once for all of them: on S3 every look
at a table costs a request for each of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from broadtape.archive import Archive
from broadtape.archive.address_lookups import known_of_outlets
from broadtape.archive.segment_key import SegmentKey
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.ingest.drafts import CleanedSegment, Draft, draft_of
from broadtape.ingest.history import Histories
from broadtape.ingest.identity import addresses, own_address, rules_of, story_id
from broadtape.site import Site

__all__ = ["LookUps", "Text", "look_up"]

Text: TypeAlias = tuple[str | None, datetime | None]
"""Which text: an article's id and when its bytes came."""


@dataclass(frozen=True, slots=True)
class LookUps:
    """Of segments that are of different outlets; all by outlet but `written`, which is by segment."""

    known: Mapping[str, Mapping[int, Capture]]
    """The ledger's newest word on each address, by `url_id`."""
    histories: Mapping[str, Histories]
    written: Mapping[SegmentKey, frozenset[Text]]
    """Texts that an earlier attempt has written."""
    drafts: Mapping[SegmentKey, Sequence[Draft]]

    def drafts_of(self, segment: CleanedSegment, site: Site | None) -> Sequence[Draft]:
        """The drafts of a segment, or of a part of it, under the numbers and names by which they are known."""
        drafts = self.drafts[segment.key]
        if len(drafts) == len(segment.found):
            return drafts
        return _named(_drafts(segment, site), segment.site, site, self.known[segment.site])


def look_up(archive: Archive, segments: Sequence[tuple[CleanedSegment, Site | None]]) -> LookUps:
    """What is to be known of these segments, of which no two are of one outlet; three looks, whatever their number."""
    drafts = {segment.key: _drafts(segment, site) for segment, site in segments}
    asked = {segment.site: (_addresses(drafts[segment.key], site), rules_of(site)) for segment, site in segments}
    known = known_of_outlets(archive.ledger, asked)
    named = {
        segment.key: _named(drafts[segment.key], segment.site, site, known[segment.site]) for segment, site in segments
    }
    histories = Histories.of_outlets(archive, {key.site: _article_ids(found) for key, found in named.items()})
    written = archive.texts.of_segments(list(named))
    return LookUps(
        known,
        histories,
        {key: frozenset((row.article_id, row.fetched_at) for row in written.get(key, ())) for key in named},
        named,
    )


def _drafts(segment: CleanedSegment, site: Site | None) -> list[Draft]:
    rules = rules_of(site)
    return [draft_of(segment, sighting, made, rules) for sighting, made in segment.found]


def _addresses(drafts: Sequence[Draft], site: Site | None) -> set[str]:
    found = {draft.capture.url for draft in drafts if draft.capture.url}
    for draft in drafts:
        if draft.article:
            found |= {*addresses(draft.capture.url or draft.article.url, draft.article, site)}
    return found


def _named(drafts: Sequence[Draft], name: str, site: Site | None, known: Mapping[int, Capture]) -> list[Draft]:
    drafts = [_with_what_is_known(draft, known) for draft in drafts]
    return [replace(draft, article=_story(draft, site, name, known)) for draft in drafts]


def _with_what_is_known(draft: Draft, known: Mapping[int, Capture]) -> Draft:
    """The draft under the number by which the ledger knows its address: an earlier release may have given another."""
    row = known.get(draft.capture.url_id or 0)
    return replace(draft, before=row, capture=replace(draft.capture, url_id=row.url_id)) if row else draft


def _story(draft: Draft, site: Site | None, name: str, known: Mapping[int, Capture]) -> Article | None:
    if draft.article is None:
        return None
    number = story_id(draft.capture.url or draft.article.url, draft.article, site, name, known)
    return replace(draft.article, article_id=number, url=own_address(draft.article, site))


def _article_ids(drafts: Sequence[Draft]) -> set[str]:
    return {draft.article.article_id for draft in drafts if draft.article and draft.article.article_id}
