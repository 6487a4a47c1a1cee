"""What the ledger's row about a poll says of each listing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from broadtape.crawl.events import ListingRead
from spiders.discovery.reading import Reading

__all__ = ["listing_reads", "moved_notices"]


def listing_reads(
    readings: Iterable[Reading], new: Mapping[str, int], left: Mapping[str, int]
) -> tuple[ListingRead, ...]:
    """Each look, and each of the outlet's own listings of which sitemaps are `left` for another run though it was not
    looked at; `new` counts the stories that a listing was the first to name."""
    looked = tuple(
        ListingRead(
            reading.url,
            reading.status,
            reading.listed,
            new.get(reading.url, 0),
            unchanged=reading.unchanged,
            cut=reading.cut,
            unusable=reading.unusable,
            moved_to=reading.moved_to,
            left=left.get(reading.url, 0),
        )
        for reading in readings
    )
    told = {read.url for read in looked}
    return (*looked, *(ListingRead(url, "not due", left=count) for url, count in left.items() if url not in told))


def moved_notices(reads: Iterable[ListingRead], site: str) -> Iterator[str]:
    """What somebody should know of listings that say they have moved for good: they are followed each time, until the
    outlet's file is changed."""
    for read in reads:
        if read.moved_to:
            yield f"{read.url} has moved for good to {read.moved_to}: change it in config/sites/{site}.yaml"
