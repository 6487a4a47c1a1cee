"""What one run leaves for another: learnt rules, the state of outlets, leases."""

from __future__ import annotations

import json
from collections.abc import Iterator

from broadtape.archive.archive import Archive
from broadtape.archive.claims import claims, read_claim
from broadtape.archive.lifecycle.verification.damage import Damage
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import ArchiveError, BroadtapeError, ObjectMissing

__all__ = ["check_leases", "check_rules", "check_states"]


def check_rules(archive: Archive) -> Iterator[Damage]:
    """A set holds fewer rules than its name gives once their stories were forgotten: its digest tells nothing."""
    for site in sorted({info.key.split("/")[1] for info in archive.objects.list("rules/")}):
        told: dict[str, str] = {}
        for name in sorted(archive.rules.every(site)):
            try:
                archive.rules.read(site, name)
            except ArchiveError as error:
                told[str(error)] = f"rules/{site}/{name}.json"
        try:
            archive.rules.in_force(site)
        except ArchiveError as error:
            told.setdefault(str(error), f"rules/{site}/in-force.json")
        yield from (Damage("rules_unreadable", where, message) for message, where in told.items())


def check_states(store: ObjectStore) -> Iterator[Damage]:
    """Whether they can be read: what they say is taken for what it is, a way to spare requests."""
    for info in store.list("state/"):
        try:
            json.loads(store.get(info.key))
        except ObjectMissing:
            continue
        except ValueError:
            yield Damage("state_unreadable", info.key, "It may be lost without harm: the next run writes it anew.")


def check_leases(archive: Archive) -> Iterator[Damage]:
    """Whether each can be read and is where it belongs, and whether its run still lives."""
    yield from _unreadable(archive.objects)
    try:
        held = claims(archive.objects)
    except BroadtapeError:  # told already
        return
    for claim in held:
        if not claim.released and not claim.live(archive.now()):
            yield Damage(
                "lease_dead",
                claim.key,
                f"Run {claim.run} on {claim.host} died; the next run of {claim.site} takes over.",
            )


def _unreadable(store: ObjectStore) -> Iterator[Damage]:
    for info in store.list("leases/"):
        try:
            claim = read_claim(store, info.key)
        except BroadtapeError as error:
            yield Damage("lease_unreadable", info.key, str(error))
            continue
        if claim and claim.key != info.key:
            yield Damage("lease_unreadable", info.key, "It says another outlet or number; delete it if no run goes on.")
