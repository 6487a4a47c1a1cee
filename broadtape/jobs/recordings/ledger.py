"""What a backfill asks of the ledger for a batch of pages, each in one look-up; and what it tells it of the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import polars as pl

from broadtape.archive import Archive
from broadtape.archive.address_lookups import blocked_at, known_at
from broadtape.ingest.recorded_pages import RecordedPage
from broadtape.site import Site
from broadtape.urls import url_id

__all__ = ["forgotten_pages", "held_pages", "said_already"]

_SETTLED = {"archived", "unchanged", "gone", "quarantined"}
"""What became of an address is worth more than that one recording of it was of no use."""


def held_pages(archive: Archive, pages: Sequence[RecordedPage]) -> set[tuple[str, datetime, str]]:
    """Outlet, time and payload of those captures that the archive has of these pages: these very bytes, of then."""
    if not pages:
        return set()
    asked = (
        pl.col("site").is_in(sorted({page.site.name for page in pages})),
        pl.col("fetched_at").is_in([page.record.date for page in pages]),
        pl.col("payload_sha256").is_in([page.http.payload_sha256 for page in pages]),
    )
    columns = ("site", "fetched_at", "payload_sha256")
    rows = archive.tables["captures"].read(lambda rows: rows.filter(*asked).select(columns))
    return {(site, moment, payload) for site, moment, payload in rows.iter_rows()}


def forgotten_pages(archive: Archive, pages: Sequence[RecordedPage]) -> set[str]:
    """The addresses of those of these pages that were forgotten; one look-up for each outlet."""
    found: set[str] = set()
    for site in {page.site.name: page.site for page in pages}.values():
        urls = {page.url for page in pages if page.site.name == site.name}
        blocked = blocked_at(archive.decisions, urls, site.address_rules)
        found |= {url for url in urls if blocked and url_id(url, site.address_rules) in blocked}
    return found


def said_already(archive: Archive, site: Site, reasons: Iterable[tuple[str, str]]) -> Collection[tuple[str, str]]:
    """Which of these (address, reason) the ledger of the outlet need not be told, by what it says already."""
    wanted = {(url, reason): url_id(url, site.address_rules) for url, reason in reasons}
    known = known_at(archive.ledger, site.name, {url for url, _ in wanted}, site.address_rules)
    rows = {pair: known[number] for pair, number in wanted.items() if number in known}
    return {
        pair
        for pair, row in rows.items()
        if row.outcome in _SETTLED or (row.outcome, row.reason) == ("skipped", pair[1])
    }
