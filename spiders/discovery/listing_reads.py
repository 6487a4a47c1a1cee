"""What the ledger's row about a poll says of each listing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from broadtape.crawl.events import ListingRead
from broadtape.site import Site
from spiders.discovery.reading import Reading

__all__ = ["listing_reads", "moved_notices"]


def listing_reads(
    readings: Iterable[Reading],
    new: Mapping[str, int],
    left: Mapping[str, int],
    gone_by: Mapping[str, str],
) -> tuple[ListingRead, ...]:
    """Each look, and each of the outlet's own listings of which sitemaps are `left` for another run though it was not
    looked at. `new` counts the stories that a listing was the first to name; `gone_by` has those between two looks at
    which stories may have passed unseen, with the time of the first."""
    looked = tuple(
        ListingRead(
            reading.url,
            reading.status,
            reading.listed,
            new.get(reading.url, 0),
            unchanged=reading.unchanged,
            cut=reading.cut,
            unusable=reading.unusable,
            merged=reading.merged,
            gone_by=gone_by.get(reading.url),
            moved_to=reading.moved_to,
            left=left.get(reading.url, 0),
        )
        for reading in readings
    )
    told = {read.url for read in looked}
    return (*looked, *(ListingRead(url, "not due", left=count) for url, count in left.items() if url not in told))


def moved_notices(reads: Iterable[ListingRead], site: Site) -> Iterator[str]:
    """What somebody should know of listings that say they have moved for good: they are followed each time, until the
    outlet's file is changed. What an index names stands in no file."""
    own = {source.url for source in site.listings}
    for read in reads:
        if read.moved_to and read.url in own:
            yield f"{read.url} has moved for good to {read.moved_to}: change it in config/sites/{site.name}.yaml"
