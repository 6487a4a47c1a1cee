"""What the ledger and the tombstones say of addresses, by the numbers that these have now and by those they had.

A row keeps the number that it was written with, and a story that is known by a former number goes on under that one.
Release 0.1.0 gave different stories one number (`broadtape.urls.former_ids`), and outlets' files change what makes a
difference: so a row of a former number counts for the addresses that its own address is the same as today.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from broadtape.archive.decisions import Decisions
from broadtape.archive.ledger import Ledger
from broadtape.capture import Capture
from broadtape.urls import GENERAL, AddressRules, url_id
from broadtape.urls.former_ids import former_url_id

__all__ = ["blocked_at", "known_at", "known_of_outlets", "stopped_by"]

_NEVER = datetime.min.replace(tzinfo=UTC)


def known_at(ledger: Ledger, site: str, urls: Collection[str], rules: AddressRules = GENERAL) -> dict[int, Capture]:
    """The newest ledger row of each of the outlet's addresses, by present `url_id`; a row may have a former one."""
    return known_of_outlets(ledger, {site: (urls, rules)})[site]


def known_of_outlets(
    ledger: Ledger, asked: Mapping[str, tuple[Collection[str], AddressRules]]
) -> dict[str, dict[int, Capture]]:
    """The same of each outlet's addresses, in one look."""
    present = {site: {url_id(url, rules) for url in urls} for site, (urls, rules) in asked.items()}
    former = {site: {number for url in urls for number in _former(url)} for site, (urls, _) in asked.items()}
    found: dict[str, dict[int, Capture]] = {site: {} for site in asked}
    for row in ledger.newest_by_address({site: present[site] | former[site] for site in asked}):
        known, number = found[row.site], _counts_for(row, present[row.site], asked[row.site][1])
        if number is not None and (number not in known or _recorded(row) > _recorded(known[number])):
            known[number] = row
    return found


def blocked_at(decisions: Decisions, urls: Collection[str], rules: AddressRules = GENERAL) -> set[int]:
    """The present `url_id` of each of these addresses that was forgotten.

    A tombstone names no address, so that one of a former number blocks every address that had it.
    """
    ways = {url: {url_id(url, rules), *_former(url)} for url in urls}
    stones = decisions.blocked(set().union(*ways.values()))
    return {url_id(url, rules) for url, numbers in ways.items() if numbers & stones} if stones else set()


def stopped_by(stones: Collection[int], url: str, rules: AddressRules = GENERAL) -> bool:
    """Whether one of these tombstones blocks an address; see `blocked_at`."""
    return not {url_id(url, rules), *_former(url)}.isdisjoint(stones)


def _former(url: str) -> set[int]:
    former = former_url_id(url)
    return {url_id(url)} if former is None else {url_id(url), former}


def _counts_for(row: Capture, present: set[int], rules: AddressRules) -> int | None:
    address = row.url or ""
    own = url_id(address, rules)
    if own in present:
        return own
    # Written by other rules of the outlet's, and asked for by the very number; but not one of several stories of it.
    return row.url_id if row.url_id in present and former_url_id(address) != row.url_id else None


def _recorded(row: Capture) -> datetime:
    return row.recorded_at or _NEVER
