"""Listings that the last look at an outlet did not read, or not to their end: what they name is not known."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from broadtape.corpus.reading.filters import Clock

if TYPE_CHECKING:
    from broadtape.corpus.ledger_reading import LedgerReading

__all__ = ["left_unread", "unread_of"]

_READ = frozenset({"200", "304", "not due"})
_COLUMNS = {"site": pl.String, "date": pl.Date, "url": pl.String, "outcome": pl.String, "reason": pl.String}


def left_unread(listing: Mapping[str, Any]) -> list[str]:
    """What of a listing was not read, as a poll's row has it; empty where nothing was left."""
    told = [f"not read to its end: {listing['cut']}"] if listing.get("cut") else []
    if left := int(listing.get("left") or 0):
        told.append("1 sitemap waits for the next run" if left == 1 else f"{left:,} sitemaps wait for the next runs")
    if unusable := int(listing.get("unusable") or 0):
        told.append("1 entry without a usable address" if unusable == 1 else f"{unusable:,} entries without one")
    if merged := int(listing.get("merged") or 0):
        entries = "1 entry differs" if merged == 1 else f"{merged:,} entries differ"
        told.append(f"{entries} from others only behind '#', which no server is told: one page stands for them")
    if before := listing.get("gone_by"):
        told.append(f"nothing of it was known from the look before, at {before}: stories may have gone by in between")
    return told


def unread_of(
    corpus: LedgerReading, sites: Collection[str] = (), *, as_of: datetime | None = None, clock: Clock = "archived"
) -> pl.DataFrame:
    """Each listing that the last look at its outlet left unread: `site`, `date` (of the look, UTC), `url`, `outcome`
    (`unread`), `reason`; as of any time."""
    last = corpus.last_looks(as_of=as_of, clock=clock).sort("site")
    if sites:
        last = last.filter(pl.col("site").is_in(list(sites)))
    rows = [
        (site, at.date(), str(listing.get("url")), "unread", reason)
        for site, at, detail in last.iter_rows()
        for listing in _listings(detail)
        for reason in _reasons(listing)
    ]
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def _reasons(listing: Mapping[str, Any]) -> Iterator[str]:
    status = str(listing.get("status"))
    if status not in _READ:
        yield status
    yield from left_unread(listing)


def _listings(detail: str) -> list[dict[str, Any]]:
    try:
        told = json.loads(detail)
    except ValueError:
        return []
    found = told.get("listings") if isinstance(told, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
