"""Parameters that change from look to look, or from feed to feed, while the stories stay the same.

Names alone cannot tell: `?from=`, `?t=` or `?sid=` is a tracker at one outlet and a story's number at another. So
listings are compared: one address but for its parameters, the same headline and time, and never two stories there at
once, is one story that is listed under a new address. It keeps the address that it was first listed under. A path that
ever listed two stories at once tells them apart by its parameters, and is left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from broadtape.capture import Listing
from broadtape.urls import AddressRules, identity_key, parameters
from broadtape.urls.parameter_rules import is_session

if TYPE_CHECKING:
    from spiders.discovery.reading import Reading

__all__ = ["ChangingParameters"]

_MOST = 2_000
"""Addresses remembered; a listing of more is rarely one of an outlet that writes sessions into its links."""
_EVIDENCE = 3
"""Stories that prove a parameter where their listings give no headline to compare."""
_WORD = re.compile(r"[^\W_]{3,}")
_NUMBER = re.compile(r"\d{3,}")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A listing and the one that its page may have been listed by before."""

    page: str
    first: Listing
    listing: Listing
    names: frozenset[str]
    """The parameters that differ."""
    same: bool | None
    """Whether they are one story; None where the listings do not say enough."""


class ChangingParameters:
    """What one outlet's listings show about the parameters of its addresses; `noticed` counts stories by name."""

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules
        self._first: dict[str, Listing] = {}
        """By page (the address without its parameters): the listing that named it first."""
        self._plural: dict[str, None] = {}
        """Pages that list several stories at once."""
        self._known: set[str] = set()
        """Names that were found to change."""
        self._from_before: set[str] = set()
        self.noticed: dict[str, list[str]] = {}
        """By name, the addresses that were taken for known ones in this run."""
        self.merged: dict[str, set[str]] = {}
        """By name, addresses of one listing that differ in it alone, count as one page, and have headlines apart."""

    def remember(self, state: Mapping[str, Any]) -> None:
        """Takes what `to_state` gave in an earlier run."""
        self._first = {self._page(listing.url): listing for listing in _listings(state.get("listed"))}
        self._from_before = set(self._first)
        self._plural = dict.fromkeys(map(str, _list(state.get("several"))))
        self._known = set(map(str, _list(state.get("names"))))

    def to_state(self) -> dict[str, Any]:
        """For the next run; empty where no address has a parameter."""
        kept = [_told(listing).to_json() for listing in list(self._first.values())[-_MOST:]]
        state = {"listed": kept, "several": list(self._plural)[-_MOST:], "names": sorted(self._known)}
        return {name: value for name, value in state.items() if value}

    def resolve(self, readings: Collection[Reading]) -> list[Reading]:
        """The same with each story under the address that it was first listed under."""
        if not any(_may_have_parameters(listing.url) for reading in readings for listing in reading.listings):
            return list(readings)
        pages = {one.url: self._page(one.url) for reading in readings for one in reading.listings}
        for reading in readings:
            self._learn_plural(reading.listings, pages)
        apart = {pages[url] for url in pages if _may_have_parameters(url)}
        listed = ((pages[one.url], one) for reading in readings for one in reading.listings)
        pairs = [pair for page, one in listed if page in apart and (pair := self._pair(page, one))]
        renamed = {pair.listing.url: pair.first.url for pair in self._decided(pairs)}
        if not renamed:
            return list(readings)
        return [
            replace(
                reading,
                listings=tuple(replace(one, url=renamed.get(one.url, one.url)) for one in reading.listings),
            )
            for reading in readings
        ]

    def notices(self) -> list[str]:
        """What somebody should write into the outlet's file, a sentence for each parameter."""
        return [
            f"the parameter {name!r} changes while the stories stay the same ({len(urls)} listed under new addresses "
            f"and taken for known ones): write 'parameters: {{drop: [{name}]}}' into its file, or 'keep' for 'drop' if "
            "it does tell stories apart"
            for name, urls in sorted(self.noticed.items())
        ] + [
            f"the parameter {name!r} is taken for a visitor's session, yet {len(urls)} stories of one listing "
            f"differ in it alone, and only one of them is fetched: write 'parameters: {{keep: [{name}]}}' into its file"
            for name, urls in sorted(self.merged.items())
        ]

    def _page(self, url: str) -> str:
        return identity_key(url, AddressRules(drop=frozenset(parameters(url))))

    def _learn_plural(self, listings: Sequence[Listing], pages: Mapping[str, str]) -> None:
        """One listing that has two stories at a page, alike but for parameters, says that these tell them apart."""
        seen: dict[str, tuple[str, Listing]] = {}
        for listing in listings:
            page, key = pages[listing.url], identity_key(listing.url, self._rules)
            known, first = seen.setdefault(page, (key, listing))
            if known != key:
                self._plural[page] = None
                self._first.pop(page, None)
            elif first.title and listing.title and _fold(first.title) != _fold(listing.title):
                self._learn_merged(first.url, listing.url)

    def _learn_merged(self, first: str, second: str) -> None:
        before, now = parameters(first), parameters(second)
        for name in (before.keys() & now.keys()) - self._rules.drop - self._rules.keep:
            if before[name] != now[name] and is_session(name, now[name]):
                self.merged.setdefault(name, set()).update((first, second))

    def _pair(self, page: str, listing: Listing) -> _Pair | None:
        if page in self._plural:
            return None
        first = self._first[page] = self._first.pop(page, listing)
        # What an outlet's file has come to drop is compared, too: the ledger has the story under its first address.
        general = AddressRules(keep=self._rules.keep)
        before, now = parameters(first.url), parameters(listing.url)
        names = frozenset(
            name
            for name in before.keys() | now.keys()
            if before.get(name) != now.get(name) and not general.drops(name, now.get(name) or before.get(name) or "")
        )
        if not names or names & self._rules.keep:
            return None
        return _Pair(page, first, listing, names, self._same(page, first, listing, names))

    def _same(self, page: str, first: Listing, listing: Listing, names: frozenset[str]) -> bool | None:
        if names <= self._known or names <= self._rules.drop:
            return True
        if not first.title or not listing.title:
            return None
        if _fold(first.title) != _fold(listing.title):
            return False
        if first.published_at != listing.published_at:
            return None
        if _speaks_of(page, listing.title):
            return True
        # Two feeds of one run may each list another of several stories with one headline: results are all called so.
        numbered = any(_NUMBER.fullmatch(parameters(listing.url).get(name, "")) for name in names)
        return True if len(self._first) > 1 and (page in self._from_before or not numbered) else None

    def _decided(self, pairs: Sequence[_Pair]) -> Iterable[_Pair]:
        proven = {names for names, stories in Counter(pair.names for pair in pairs).items() if stories >= _EVIDENCE}
        refuted = {pair.names for pair in pairs if pair.same is False}
        for pair in pairs:
            if pair.same or (pair.same is None and pair.names in proven - refuted):
                for name in pair.names - self._rules.drop:
                    self._known.add(name)
                    self.noticed.setdefault(name, []).append(pair.listing.url)
                yield pair
            elif pair.same is False:
                self._plural[pair.page] = None
                self._first.pop(pair.page, None)


def _may_have_parameters(url: str) -> bool:
    return "?" in url or ";" in url


def _listings(values: object) -> Iterable[Listing]:
    for value in _list(values):
        with suppress(ValueError):
            yield Listing.from_json(value)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _speaks_of(page: str, title: str) -> bool:
    """Whether the page's own address has the words of the headline, so that it is no script behind many stories."""
    words = set(map(str.casefold, _WORD.findall(title)))
    return len(words & set(map(str.casefold, _WORD.findall(page.rpartition("/")[2])))) >= 2


def _fold(title: str) -> str:
    return " ".join(title.casefold().split())


def _told(listing: Listing) -> Listing:
    """What is compared, and no more."""
    return Listing(listing.url, title=listing.title, published_at=listing.published_at)
