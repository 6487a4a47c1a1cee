"""Whether an outlet's listings still say what they use to: this look at them against the recent ones.

A look is the `detail` of a `polled` row: `listings` (url, status, listed, unchanged), `discovered`, `fetched`,
`failed`, `skipped` by reason, and `moved`, how the times of known stories compare with the ledger's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import log
from statistics import median
from typing import Any, TypeAlias

from broadtape.monitoring.measures import Measures
from broadtape.monitoring.page_drift import Deviation, unlikely

__all__ = ["Look", "find_dead", "find_dried_up", "find_in_listings", "fresh"]

Look: TypeAlias = Mapping[str, Any]

_DEAD_AFTER = 3
"""Runs in a row: a server that is down for an hour comes back before, where runs are hourly."""
_LIVING = frozenset({"200", "304", "not due"})
_FORBIDDEN = "robots"
_READS = 20
_FEW_READS = 5
_CERTAIN = 10
"""Stories: a listing that held so many does not fall empty by chance (Poisson, one in 10,000)."""
_FACTOR = 4
"""How many times fewer stories than usual are trouble."""
_KNOWN = 5
_AGREEING = 0.8
_SHIFT = 1800.0
"""Seconds: clocks waver by minutes, zones by half hours."""
_JUMP = 0.3


def fresh(look: Look) -> bool:
    """Whether any listing was read anew: one that came back unchanged says nothing new of itself."""
    return any(_read(listing) for listing in look.get("listings", ()))


def find_in_listings(now: Look, before: Sequence[Look], measured: Sequence[Measures]) -> list[Deviation]:
    """What is not as usual about this look; `before` and `measured` are the recent ones, oldest first."""
    found = [*_emptied(now, before), _excluded(now, before), _failing(now, before), _moved(now, measured)]
    return [each for each in found if each]


def find_dead(now: Look, before: Sequence[Look], own: Collection[str]) -> list[Deviation]:
    """Those of the outlet's `own` listings that have not been read for some runs while others were; `before` are all
    the recent looks, oldest first."""
    listings = {str(each.get("url")): str(each.get("status")) for each in now.get("listings", ())}
    if not any(status in _LIVING for url, status in listings.items() if url in own):
        return []  # the outlet as a whole is not read, which is said by itself
    found = []
    for url, status in listings.items():
        if url not in own or status in _LIVING or status.startswith(_FORBIDDEN):
            continue
        runs = 1 + _failures_in_a_row(url, before)
        if runs >= _DEAD_AFTER:
            found.append(Deviation(f"{url} could not be read in the last {runs} runs: {status}"))
    return found


def find_dried_up(now: Look, before: Sequence[Look], lasting: Collection[str]) -> list[Deviation]:
    """Those of the outlet's `lasting` listings (which keep their last stories, however old, as feeds do) that have been
    empty for some runs and never were: where a few stories are usual, one empty look says nothing."""
    found = []
    for url in lasting:
        runs, counts = _empty_in_a_row(url, (*before, now))
        if runs >= _DEAD_AFTER and len(counts) >= _FEW_READS:
            told = f"{min(counts)} to {max(counts)}" if min(counts) != max(counts) else f"{max(counts)}"
            found.append(Deviation(f"{url} has listed nothing in the last {runs} runs (before: {told})", (url,)))
    return found


def _empty_in_a_row(url: str, looks: Sequence[Look]) -> tuple[int, list[int]]:
    """How many of the latest looks at a listing found it empty, and how many stories each look before found in it; no
    look where it was empty once and came back, for then that is usual."""
    empty, counts = 0, list[int]()
    for listing in (each for look in looks for each in look.get("listings", ()) if each.get("url") == url):
        if _read(listing) and listing.get("listed"):
            if empty:
                return 0, []
            counts.append(int(listing["listed"]))
        elif _read(listing) or (empty and listing.get("status") in ("200", "304")):
            empty += 1
    return empty, counts


def _failures_in_a_row(url: str, before: Sequence[Look]) -> int:
    """How many of the latest looks at a listing failed; those in which it was not looked at say nothing."""
    failed = 0
    for look in reversed(before):
        status = next((str(each.get("status")) for each in look.get("listings", ()) if each.get("url") == url), None)
        if status in ("200", "304"):
            break
        failed += status not in (None, "not due")
    return failed


def _read(listing: Mapping[str, Any]) -> bool:
    # Rows of an earlier release do not say whether an empty answer was the same one again.
    return listing.get("status") == "200" and not listing.get("unchanged", listing.get("listed") == 0)


def _counts(looks: Sequence[Look], url: str) -> list[int]:
    reads = (listing for look in looks for listing in look.get("listings", ()) if listing.get("url") == url)
    return [int(listing.get("listed", 0)) for listing in reads if _read(listing)]


def _emptied(now: Look, before: Sequence[Look]) -> Iterator[Deviation]:
    for listing in now.get("listings", ()):
        if not _read(listing):
            continue
        url, listed = str(listing["url"]), int(listing.get("listed", 0))
        usual = _counts(before, url)[-_READS:]
        if usual and _too_few(listed, usual):
            told = f"{min(usual)} to {max(usual)}" if min(usual) != max(usual) else f"{max(usual)}"
            what = "lists nothing" if not listed else f"lists {listed}"
            yield Deviation(f"{url} {what} (before: {told})", (url,))


def _too_few(listed: int, usual: Sequence[int]) -> bool:
    if len(usual) < _FEW_READS:
        return listed == 0 and min(usual) >= _CERTAIN
    logs = [log(count + 1) for count in usual]
    band = max(log(_FACTOR), 6 * 1.4826 * median(abs(each - median(logs)) for each in logs))
    return listed < min(usual) and log(listed + 1) < median(logs) - band


def _excluded(now: Look, before: Sequence[Look]) -> Deviation | None:
    count, of = _skipped(now, "pattern"), int(now.get("discovered", 0))
    earlier, listed = sum(_skipped(look, "pattern") for look in before), sum(_listed(look) for look in before)
    if not of or listed < _CERTAIN or count / of < earlier / listed + _JUMP:
        return None
    if not unlikely(count, of, earlier, listed):
        return None
    said = f"{count} of {of} listed addresses do not fit the patterns in its file (before: {earlier} of {listed})"
    return Deviation(said)


def _failing(now: Look, before: Sequence[Look]) -> Deviation | None:
    count, of = int(now.get("failed", 0)), _asked(now)
    earlier, asked = sum(int(look.get("failed", 0)) for look in before), sum(map(_asked, before))
    if not of or asked < _CERTAIN or count / of < earlier / asked + _JUMP or not unlikely(count, of, earlier, asked):
        return None
    return Deviation(f"{count} of {of} pages could not be fetched (before: {earlier} of {asked})")


def _asked(look: Look) -> int:
    return sum(int(look.get(name, 0)) for name in ("fetched", "unchanged", "failed"))


def _listed(look: Look) -> int:
    return int(look.get("discovered", 0))


def _skipped(look: Look, reason: str) -> int:
    return int((look.get("skipped") or {}).get(reason, 0))


def _moved(now: Look, measured: Sequence[Measures]) -> Deviation | None:
    """Known stories that all claim another time than before, by the same span: a clock, a zone or a template broke."""
    told = now.get("moved") or {}
    known, agree = int(told.get("known", 0)), int(told.get("agree", 0))
    offsets = [each.offset.middle for each in measured if each.offset]
    # Before any page was measured, nobody knows whether the listing ever agreed with the pages.
    if not measured or known < _KNOWN or agree < _AGREEING * known:
        return None
    shift = float(told["seconds"]) - (median(offsets) if offsets else 0.0)
    if abs(shift) < _SHIFT:
        return None
    way = "later" if shift > 0 else "earlier"
    hours = abs(shift) / 3600
    said = f"{agree} of {known} known stories are listed {hours:,.1f} hours {way} than they were"
    return Deviation(said, tuple(told.get("examples", ()))[:3])
