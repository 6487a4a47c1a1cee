"""What a backfill asks of the archive for a batch of pages, each in one look-up; and what it tells it of the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from broadtape.archive import Archive
from broadtape.archive.address_lookups import known_at, stopped_by
from broadtape.ingest.survey import MetPage
from broadtape.site import Site
from broadtape.urls import url_id

__all__ = ["forgotten_pages", "held_pages", "said_already"]

_SETTLED = {"archived", "unchanged", "gone", "quarantined"}
"""What became of an address is worth more than that one recording of it was of no use."""


def held_pages(archive: Archive, pages: Sequence[MetPage]) -> set[tuple[str, datetime, str]]:
    """Outlet, time and payload of those captures that the archive has of these pages: these very bytes, of then."""
    sites = {page.site for page in pages}
    return archive.ledger.held(sites, [page.date for page in pages], [page.payload_sha256 for page in pages])


def forgotten_pages(archive: Archive, pages: Sequence[MetPage], sites: Mapping[str, Site]) -> set[tuple[str, str]]:
    """Outlet and address of those of these pages that were forgotten."""
    stones = archive.decisions.forgotten() if pages else set()
    if not stones:
        return set()
    return {(page.site, page.url) for page in pages if stopped_by(stones, page.url, sites[page.site].address_rules)}


def said_already(archive: Archive, site: Site, reasons: Iterable[tuple[str, str]]) -> Collection[tuple[str, str]]:
    """Which of these (address, reason) the ledger of the outlet need not be told, by what it says already."""
    wanted = {(url, reason): url_id(url, site.address_rules) for url, reason in reasons}
    if not wanted:
        return set()
    known = known_at(archive.ledger, site.name, {url for url, _ in wanted}, site.address_rules)
    rows = {pair: known[number] for pair, number in wanted.items() if number in known}
    return {
        pair
        for pair, row in rows.items()
        if row.outcome in _SETTLED or (row.outcome, row.reason) == ("skipped", pair[1])
    }
