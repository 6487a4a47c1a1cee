"""Whether a row of the ledger speaks of an address, for readers who do not have the outlet's file.

Which parameters make no difference is the outlet's own business, and its file may have said otherwise when the row was
written. The row has both the address as it was listed and the number it was given: a rule that explains the number was
the rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import product

from broadtape.urls import AddressRules, canonical_url, parameters, url_id
from broadtape.urls.former_ids import former_url_id

__all__ = ["AddressMatch"]

_MOST = 8
"""Parameters of an address that are tried one by one."""


class AddressMatch:
    """The ways in which an archive may know `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._present = url_id(url)
        self._former = former_url_id(url)
        self._ways = {rules: url_id(url, rules) for rules in _possible_rules(url)}

    @cached_property
    def numbers(self) -> frozenset[int]:
        """Every number that the address may go by; a row that has one must be asked for with `says`."""
        former = set() if self._former is None else {self._former}
        return frozenset({self._present, *former, *self._ways.values()})

    def says(self, listed: str | None, number: int | None) -> bool:
        """Whether a row with this address and number speaks of `url`."""
        if number == self._present:
            return True
        address = listed or ""
        if number == self._former:
            return url_id(address) == self._present
        named = parameters(address)
        return any(
            number == way == url_id(address, rules) and rules.drop <= named.keys() for rules, way in self._ways.items()
        )


def _possible_rules(url: str) -> Iterator[AddressRules]:
    kept = parameters(canonical_url(url)).keys()
    dropped = parameters(url).keys() - kept
    for keep, drop in product(_choices(dropped), _choices(kept)):
        yield AddressRules(keep, drop)


def _choices(names: Collection[str]) -> list[frozenset[str]]:
    """None of the names, each of them alone, and all."""
    return [frozenset(), *(frozenset({name}) for name in sorted(names)[:_MOST]), frozenset(names)]
