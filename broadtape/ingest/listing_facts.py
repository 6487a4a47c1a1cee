"""What a listing says of a story: the whole article where only metadata may be kept, else what the page left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from broadtape.article import Article, PublishedPrecision
from broadtape.capture import Listing, Note
from broadtape.stated_times import is_plausible, read_time
from broadtape.times import utcnow
from broadtape.urls import GENERAL, AddressRules, canonical_url

__all__ = ["FEED_EXTRACTOR", "from_listing", "with_listing"]

FEED_EXTRACTOR = "listing/1"
"""The `extractor` of an article that was never fetched: its facts are the listing's."""


def from_listing(note: Note, seen_at: datetime, rules: AddressRules = GENERAL) -> Article | None:
    """The metadata-only article of a listed story; None where the listing gives no title."""
    listing = note.listing
    if not listing or not listing.title:
        return None
    return replace(
        _published_by_listing(Article(url=canonical_url(listing.url, rules)), listing),
        title=listing.title,
        summary=listing.summary,
        authors=listing.authors,
        modified_at=listing.modified_at,
        language=listing.language,
        tags=listing.tags,
        first_listed_at=listing.first_listed_at or seen_at,
        extractor=FEED_EXTRACTOR,
    )


def with_listing(article: Article, note: Note) -> Article:
    """`article` with the listing's facts where the page gave none; what the page states always wins, a day that is
    only likely does not."""
    listing = note.listing
    if not listing:
        return article
    if article.published_at is None or (listing.published_at and article.published_source == "trafilatura"):
        article = _published_by_listing(article, listing)
    return replace(
        article,
        title=article.title or listing.title,
        summary=article.summary or listing.summary,
        authors=article.authors or listing.authors,
        first_listed_at=article.first_listed_at or listing.first_listed_at,
    )


def _published_by_listing(article: Article, listing: Listing) -> Article:
    """The article with what the listing says of its time: as it stands there, also where it could not be read."""
    raw, at, precision = listing.published_raw, listing.published_at, listing.published_precision
    if at is None and raw:
        # A time of day in a zone that nobody knows still tells the day.
        read = read_time(raw)
        if read and read.precision == "day" and is_plausible(read.moment, utcnow()):
            at, precision = read.moment, read.precision
    if at is None:
        return replace(article, published_raw=article.published_raw or raw)
    return replace(
        article,
        published_at=at,
        published_raw=raw or at.isoformat(),
        published_precision=precision or _precision(at),
        published_source="feed",
    )


def _precision(moment: datetime) -> PublishedPrecision:
    """Of a time in a record of an earlier release, which did not say."""
    return "day" if moment.time().isoformat() == "00:00:00" else "second"
