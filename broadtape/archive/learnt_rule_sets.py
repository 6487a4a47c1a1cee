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

from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import ArchiveError, ObjectMissing
from broadtape.times import iso
from broadtape.urls import url_id

if TYPE_CHECKING:
    from broadtape.learnt_rules import LearntRule, LearntRules

__all__ = ["forget", "in_force", "put_in_force", "read_set", "sets"]


def in_force(store: ObjectStore, site: str) -> LearntRules | None:
    """The outlet's rules in force; None where none were learnt, or all were taken back."""
    key = _pointer(site)
    try:
        named = json.loads(store.get(key))["rules"]
    except ObjectMissing:
        return None
    except (ValueError, KeyError, TypeError):
        raise ArchiveError(
            f"{store.uri}/{key}: does not name a set of rules. Delete it, and have them learnt again by "
            "'broadtape rules learn'."
        ) from None
    return read_set(store, site, named) if named else None


def read_set(store: ObjectStore, site: str, name: str) -> LearntRules:
    """The set of this hash; raises ObjectMissing."""
    from broadtape.learnt_rules import (
        LearntRules,  # its checks cost a reader of articles a tenth of a second for nothing
    )

    key = _key(site, name)
    return LearntRules.read(store.get(key), f"{store.uri}/{key}")


def sets(store: ObjectStore, site: str) -> Iterator[str]:
    """The hashes of every set that ever was in force for the outlet."""
    for info in store.list(f"rules/{site}/"):
        if info.key != _pointer(site):
            yield info.key.rsplit("/", 1)[-1].removesuffix(".json")


def put_in_force(store: ObjectStore, rules: LearntRules, now: datetime) -> None:
    """Keeps a set, as it is where one that takes the same lines is there, and puts it in force."""
    if rules.rules and store.info(_key(rules.site, rules.hash)) is None:
        store.put(_key(rules.site, rules.hash), rules.dump())
    named = rules.hash if rules.rules else None
    store.put(_pointer(rules.site), json.dumps({"rules": named, "since": iso(now)}, indent=1).encode())


def forget(
    store: ObjectStore, sites: Collection[str], whole_sites: Collection[str], url_ids: set[int], now: datetime
) -> list[str]:
    """Deletes whole outlets' rules and takes forgotten addresses out of the others' examples; the keys concerned.

    A rule that was learnt from forgotten stories alone, such as the lines about one author, goes with them.
    """
    touched = [info.key for site in sorted(whole_sites) for info in store.list(f"rules/{site}/")]
    store.delete(touched)
    for site in sorted(set(sites) - set(whole_sites)):
        touched += _forget_examples(store, site, url_ids, now)
    return touched


def _forget_examples(store: ObjectStore, site: str, url_ids: set[int], now: datetime) -> Iterator[str]:
    held = _readable(partial(in_force, store, site))
    if held is None and store.info(_pointer(site)):
        store.delete([_pointer(site)])
    for name in list(sets(store, site)):
        before = _readable(partial(read_set, store, site, name))
        if before is None:
            store.delete([_key(site, name)])  # nobody knows what a damaged one says, and it can be learnt again
            yield _key(site, name)
            continue
        after = before.model_copy(update={"rules": tuple(_without(before, url_ids))})
        if after != before:
            store.put(_key(site, name), after.dump())
            yield _key(site, name)
    if held and (left := held.model_copy(update={"rules": tuple(_without(held, url_ids))})).hash != held.hash:
        put_in_force(store, left, now)
        yield _pointer(site)


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
