"""Learnt rules in the archive: immutable sets, named by the rows that were cleaned by them, and which one is in force.

rules/<site>/<hash>.json      a set; never changed, but for addresses that were forgotten
rules/<site>/in-force.json    which set cleans what comes next
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from broadtape.archive import fixity
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import ArchiveError, ObjectMissing
from broadtape.times import iso
from broadtape.urls import url_id

if TYPE_CHECKING:
    from broadtape.learnt_rules import LearntRule, LearntRules

__all__ = ["RuleSets"]


class RuleSets:
    """The learnt rules that an archive keeps. Every method raises StoreError where the store fails."""

    def __init__(self, store: ObjectStore, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    def in_force(self, site: str) -> LearntRules | None:
        """The outlet's rules in force; None where none were learnt, or all were taken back."""
        key = _pointer(site)
        try:
            named = json.loads(self._store.get(key))["rules"]
        except ObjectMissing:
            return None
        except (ValueError, KeyError, TypeError):
            raise ArchiveError(
                f"{self._store.uri}/{key}: does not name a set of rules. Delete it, and have them learnt again by "
                "'broadtape rules learn'."
            ) from None
        return self.read(site, named) if named else None

    def read(self, site: str, name: str) -> LearntRules:
        """The set of this hash; raises ObjectMissing."""
        from broadtape.learnt_rules import (
            LearntRules,  # its checks cost a reader of articles a tenth of a second for nothing
        )

        key = _key(site, name)
        return LearntRules.read(self._store.get(key), f"{self._store.uri}/{key}")

    def every(self, site: str) -> Iterator[str]:
        """The hashes of every set that ever was in force for the outlet."""
        for info in self._store.list(f"rules/{site}/"):
            if info.key != _pointer(site):
                yield info.key.rsplit("/", 1)[-1].removesuffix(".json")

    def put_in_force(self, rules: LearntRules) -> None:
        """Keeps a set, as it is where one that takes the same lines is there, and puts it in force.

        Do so under the outlet's lease.
        """
        if rules.rules and self._store.info(_key(rules.site, rules.hash)) is None:
            fixity.replace(self._store, _key(rules.site, rules.hash), rules.dump())
        named = rules.hash if rules.rules else None
        since = iso(self._clock())
        fixity.replace(
            self._store, _pointer(rules.site), json.dumps({"rules": named, "since": since}, indent=1).encode()
        )

    def forget(self, sites: Collection[str], whole_sites: Collection[str], url_ids: set[int]) -> list[str]:
        """Deletes whole outlets' rules and takes forgotten addresses out of the others' examples; the keys concerned.

        A rule that was learnt from forgotten stories alone, such as the lines about one author, goes with them.
        """
        touched = [info.key for site in sorted(whole_sites) for info in self._store.list(f"rules/{site}/")]
        self._delete(touched)
        for site in sorted(set(sites) - set(whole_sites)):
            touched += self._forget_examples(site, url_ids)
        return touched

    def _forget_examples(self, site: str, url_ids: set[int]) -> Iterator[str]:
        held = _readable(partial(self.in_force, site))
        if held is None and self._store.info(_pointer(site)):
            self._delete([_pointer(site)])
        for name in list(self.every(site)):
            before = _readable(partial(self.read, site, name))
            if before is None:
                self._delete([_key(site, name)])  # nobody knows what a damaged one says; it can be learnt again
                yield _key(site, name)
                continue
            after = before.model_copy(update={"rules": tuple(_without(before, url_ids))})
            if after != before:
                fixity.replace(self._store, _key(site, name), after.dump())
                yield _key(site, name)
        if held and (left := held.model_copy(update={"rules": tuple(_without(held, url_ids))})).hash != held.hash:
            self.put_in_force(left)
            yield _pointer(site)

    def _delete(self, keys: Collection[str]) -> None:
        fixity.retract(self._store, keys)
        self._store.delete(keys)


def _readable(read: Callable[[], LearntRules | None]) -> LearntRules | None:
    try:
        return read()
    except ArchiveError:
        return None


def _without(held: LearntRules, url_ids: set[int]) -> Iterator[LearntRule]:
    for rule in held.rules:
        left = tuple(url for url in rule.examples if url_id(url) not in url_ids)
        if left or not rule.examples:
            yield rule.model_copy(update={"examples": left})


def _key(site: str, name: str) -> str:
    return f"rules/{site}/{name}.json"


def _pointer(site: str) -> str:
    return f"rules/{site}/in-force.json"
