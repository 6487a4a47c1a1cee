"""Every error broadtape raises on purpose, as one tree.

BroadtapeError                 what went wrong, in one sentence with what to do; exit status 1
├── UsageError                 the call itself is wrong; exit status 2
│   ├── ConfigError            a settings or site file: file, key, value and the rule it broke
│   ├── UnknownSite            no such outlet; names the nearest
│   ├── InvalidTime            neither ISO 8601 nor a span back from now
│   └── BadQuery               a search that means nothing, with the place where it stops to
├── NotAnArticle               a page that carries no story, with the reason
├── ArchiveError
│   ├── NotAnArchive           there is no archive at that address
│   ├── ArchiveTooNew          written by a later format than this release knows
│   ├── StoreError             the object store refused or could not be reached
│   │   ├── ObjectMissing      no object of that name
│   │   ├── StoreUnusable      no bucket, no credentials, no server at that address: a setting must be mended first
│   │   └── FileGone           a data file that a table names is not there: compacted or taken down meanwhile, or lost
│   ├── DigestMismatch         the bytes that came back are not the bytes that went out
│   ├── LeaseHeld              another run is writing this outlet
│   └── LeaseLost              this run's lease has expired and another run took over
├── WarcError                  not a WARC file, or torn
│   └── UndecodableBody        a response's body whose content encoding is unknown, broken or a bomb
├── CleanersFailed             the processes that clean pages cannot be kept alive on this machine
├── TooLittleMemory            a limit on this process leaves no room for a run
├── PartFailed                 a part of bulk work ended its workers, and is set aside
├── EngineGone                 who does bulk work is not to be reached any more, or has no worker with this code
├── UnfitWorker                a worker elsewhere cannot do this machine's work
│   └── OtherCode              it has other code than who gives it work
├── SpoolError                 the local spool cannot be written (full, read-only)
├── ServerFailed               Prefect's server did not come up, or does not answer
├── CannotListen               a web server's address is taken or not this machine's
├── OutletsBusy                done, but for outlets that another run is writing; exit status 3
└── RunFailed                  a run ended with at least one outlet in trouble
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

__all__ = [
    "ArchiveError",
    "ArchiveTooNew",
    "BadQuery",
    "BroadtapeError",
    "CannotListen",
    "CleanersFailed",
    "ConfigError",
    "DigestMismatch",
    "EngineGone",
    "FileGone",
    "InvalidTime",
    "LeaseHeld",
    "LeaseLost",
    "NotAnArchive",
    "NotAnArticle",
    "ObjectMissing",
    "OtherCode",
    "OutletsBusy",
    "PartFailed",
    "RunFailed",
    "ServerFailed",
    "SpoolError",
    "StoreError",
    "StoreUnusable",
    "TooLittleMemory",
    "UndecodableBody",
    "UnfitWorker",
    "UnknownSite",
    "UsageError",
    "WarcError",
]


class BroadtapeError(Exception):
    """Base of all; `str()` is one plain sentence fit for an operator."""

    exit_status = 1


class UsageError(BroadtapeError):
    """The call is wrong and would be wrong again: exit status 2."""

    exit_status = 2


class ConfigError(UsageError):
    """A configuration file breaks a rule; the message names file, key, value and rule."""


class UnknownSite(UsageError):
    """No outlet of that name is configured."""


class InvalidTime(UsageError):
    """A time that is neither ISO 8601 nor a span such as `3d`."""


class BadQuery(UsageError):
    """A search that means nothing. `at` is the place in its text, from 0, where it is wrong; None for all of it."""

    def __init__(self, sentence: str, at: int | None = None) -> None:
        super().__init__(sentence)
        self.at = at


class NotAnArticle(BroadtapeError):
    """A page that carries no story; `reason` is a short, stable word for the ledger."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"not an article: {reason}" + (f" ({detail})" if detail else ""))
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[NotAnArticle], tuple[str, str]]:
        # The default would call the class with the one sentence and lose the reason on the way out of a worker.
        return (NotAnArticle, (self.reason, self.detail))


class ArchiveError(BroadtapeError):
    """The archive, or the store below it, is not as it must be."""


class NotAnArchive(ArchiveError):
    """There is no archive at that address."""


class ArchiveTooNew(ArchiveError):
    """The archive was written by a later format than this release can read."""


class StoreError(ArchiveError):
    """The object store refused, failed or could not be reached."""


class StoreUnusable(StoreError):
    """The settings lead to no store: no bucket, no credentials, or none that it accepts. Waiting does not help."""


class ObjectMissing(StoreError):
    """No object of that name."""


class FileGone(StoreError):
    """A data file of the version that is read is not there: compacted or taken down meanwhile, or lost."""


class DigestMismatch(ArchiveError):
    """Stored bytes do not have the digest they were given."""


class LeaseHeld(ArchiveError):
    """Another run holds the lease on this outlet."""


class LeaseLost(ArchiveError):
    """This run's lease expired and another run took over; nothing of this commit was written."""


class WarcError(BroadtapeError):
    """A file that is no WARC, or ends inside a record."""


class UndecodableBody(WarcError):
    """A response's body cannot be decoded; `reason` is `too large`, `unknown encoding` or `broken encoding`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[UndecodableBody], tuple[str, str]]:
        return (UndecodableBody, (self.reason, self.detail))


class CleanersFailed(BroadtapeError):
    """The processes that clean pages cannot be kept alive on this machine; no page is to blame."""


class TooLittleMemory(BroadtapeError):
    """A limit on this process leaves no room for a run."""


class PartFailed(BroadtapeError):
    """Parts of bulk work ended the processes that did them, or took too long; all others are done."""


class EngineGone(BroadtapeError):
    """Who does bulk work is not to be reached any more, or has no worker with this code: no piece of it is to blame."""


class UnfitWorker(BroadtapeError):
    """A worker elsewhere cannot do this machine's work, and `why`."""

    def __init__(self, worker: str, why: str) -> None:
        super().__init__(f"Worker {worker} is given no work, for {why}.")
        self.worker, self.why = worker, why

    def __reduce__(self) -> tuple[Any, ...]:
        return (UnfitWorker, (self.worker, self.why))


class OtherCode(UnfitWorker):
    """A worker has other code than who gives it work: what it makes of a page might be something else."""

    def __init__(self, worker: str, has: str, expected: str) -> None:
        super().__init__(worker, f"it has other code: {has}; expected {expected}")
        self.has, self.expected = has, expected

    def __reduce__(self) -> tuple[Any, ...]:
        return (OtherCode, (self.worker, self.has, self.expected))


class SpoolError(BroadtapeError):
    """The local spool cannot be written."""


class ServerFailed(BroadtapeError):
    """The Prefect server did not come up, or does not answer."""


class CannotListen(BroadtapeError):
    """A server cannot be opened at an address: it is taken, not this machine's, or not for this user."""


class OutletsBusy(BroadtapeError):
    """Everything was done but for these outlets, which another run is writing: exit status 3."""

    exit_status = 3

    def __init__(self, names: Collection[str]) -> None:
        told = "1 outlet was" if len(names) == 1 else f"{len(names):,} outlets were"
        super().__init__(f"{told} left out, for another run is writing there: {', '.join(names)}. Run it again.")
        self.names = tuple(names)

    def __reduce__(self) -> tuple[type[OutletsBusy], tuple[tuple[str, ...]]]:
        return (OutletsBusy, (self.names,))


class RunFailed(BroadtapeError):
    """At least one outlet of a run failed; the message names it and why."""
