"""What a run did, per outlet: counts, trouble and a verdict, as one typed object that the command, the scheduler's
artifact and the tests all read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from http import HTTPStatus
from typing import Any

from broadtape.capture import Capture
from broadtape.errors import OutletsBusy, RunFailed
from broadtape.monitoring.measures import Measures
from broadtape.times import iso, utcnow

__all__ = ["COLUMNS", "OutletReport", "RunReport", "reason_in_words"]

COLUMNS = ("outlet", "discovered", "fetched", "archived", "new revisions", "unchanged", "skipped", "failed")
"""The table's headings, in order."""

_IN_WORDS = {"drift": "looks wrong"}
"""Reasons whose name in the ledger says little to those who do not know it."""
_FETCHED = {"archived", "unchanged", "not_article", "quarantined"}


@dataclass(slots=True)
class OutletReport:
    """One outlet in one run. Counts are of URLs, but for `revisions`, which is of archived texts."""

    site: str
    discovered: int = 0
    """Addresses its listings held, known ones included."""
    new: int = 0
    """Of these, never seen before."""
    fetched: int = 0
    archived: int = 0
    """First texts of stories."""
    revisions: int = 0
    """Changed texts of stories that were archived before."""
    unchanged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    """Received for stories, as they came over the wire."""
    lag: float | None = None
    """Seconds from publication to fetching, the median of new stories; None where none came."""
    trouble: str | None = None
    """Why the outlet failed, as a sentence; None where all is well."""
    busy: str | None = None
    """Why it was left out: another run is writing it."""
    notices: list[str] = field(default_factory=list)
    """What somebody should look into, though nothing was lost by it."""

    def count(self, capture: Capture, *, revision: bool) -> None:
        """Takes one row of the ledger into account."""
        self.fetched += capture.outcome in _FETCHED
        match capture.outcome:
            case "archived" if revision:
                self.revisions += 1
            case "archived":
                self.archived += 1
            case "unchanged":
                self.unchanged += 1
            case "skipped":
                self.skipped[kind(capture.reason)] += 1
            case "not_article":
                self.skipped[f"no article: {kind(capture.reason)}"] += 1
            case "quarantined":
                self.quarantined[kind(capture.reason)] += 1
            case "failed" | "gone":
                self.failed[kind(capture.reason)] += 1
            case _:
                pass

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        # Not dataclasses.asdict: it takes a Counter's items for things to be counted.
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in values.items()}

    def sentence(self) -> str:
        """The outlet's counts on one line, and its trouble."""
        told = (
            f"{self.site}: {self.discovered:,} listed, {self.fetched:,} fetched, {self.archived:,} archived, "
            f"{self.revisions:,} revised, {self.unchanged:,} unchanged"
        )
        for name in ("skipped", "quarantined", "failed"):
            if counted := getattr(self, name):
                told += f"; {'held back' if name == 'quarantined' else name}: {tally(counted)}"
        return f"{told}; in trouble: {self.trouble}" if self.trouble else told

    def cells(self) -> tuple[str, ...]:
        """The outlet's row of the table, one text for each of `COLUMNS`."""
        numbers = (self.discovered, self.fetched, self.archived, self.revisions, self.unchanged)
        held = {f"held back: {_IN_WORDS.get(reason, reason)}": n for reason, n in self.quarantined.items()}
        failed = self.failed + Counter(held)
        return (self.site, *map(str, numbers), tally(self.skipped), tally(failed))


@dataclass(slots=True)
class RunReport:
    """One run over its outlets."""

    run: str
    archive: str
    started_at: datetime = field(default_factory=utcnow)
    ended_at: datetime | None = None
    outlets: dict[str, OutletReport] = field(default_factory=dict)
    recovered: int = 0
    """Segments of a dead run that were published first."""
    damaged: dict[str, list[str]] = field(default_factory=dict)
    """Recording → its damaged records, each with its offset, that were passed over; at most a thousand of a file."""
    unread: dict[str, str] = field(default_factory=dict)
    """Recording → why it could not be read to its end."""
    interrupted: bool = False
    """Whether somebody ended it early; what was fetched until then is archived."""

    def outlet(self, site: str) -> OutletReport:
        """The outlet's part, made when first asked for."""
        return self.outlets.setdefault(site, OutletReport(site))

    def measured(self, captures: Iterable[Capture]) -> None:
        """Takes the ledger's rows about whole segments into account."""
        for capture in captures:
            measures = Measures.from_json(capture.run, capture.detail) if capture.outcome == "measured" else None
            if measures and measures.lag:
                self.outlet(capture.site).lag = measures.lag.middle

    def count(self, captures: Iterable[Capture], revised: Collection[tuple[str | None, datetime | None]]) -> None:
        """Takes rows of the ledger into account; `revised` holds article and fetch time of each later text."""
        for capture in captures:
            revision = (capture.article_id, capture.fetched_at) in revised
            self.outlet(capture.site).count(capture, revision=revision)

    @property
    def troubles(self) -> Mapping[str, str]:
        """Why each failed outlet failed."""
        return {name: outlet.trouble for name, outlet in self.outlets.items() if outlet.trouble}

    @property
    def left_out(self) -> Mapping[str, str]:
        """Why each outlet was left out that another run is writing."""
        return {name: outlet.busy for name, outlet in self.outlets.items() if outlet.busy}

    def verdict(self) -> str:
        """The run in one sentence."""
        texts = sum(o.archived for o in self.outlets.values())
        revisions = sum(o.revisions for o in self.outlets.values())
        told = f"{plural(len(self.outlets), 'outlet')}: {plural(texts, 'new article')}, "
        told += plural(revisions, "new revision")
        if self.troubles:
            told += "; failed: " + "; ".join(f"{name} ({why})" for name, why in self.troubles.items())
        return told + "."

    def raise_for_trouble(self) -> None:
        """Raises KeyboardInterrupt where somebody ended the run; RunFailed where an outlet of it is in trouble, or a
        recording could not be read to its end."""
        if self.interrupted:
            raise KeyboardInterrupt
        if self.troubles:
            raise RunFailed(self.verdict())
        if self.unread:
            raise RunFailed(" ".join(self.unread.values()) + " What could be read is archived.")

    def raise_for_busy(self) -> None:
        """Raises OutletsBusy where outlets were left out since other runs were writing them."""
        if self.left_out:
            raise OutletsBusy(list(self.left_out))

    def as_dict(self) -> dict[str, Any]:
        """Plain data, times as ISO 8601."""
        return {
            "run": self.run,
            "archive": self.archive,
            "started_at": iso(self.started_at),
            "ended_at": iso(self.ended_at) if self.ended_at else None,
            "outlets": {name: outlet.as_dict() for name, outlet in self.outlets.items()},
            "recovered": self.recovered,
            "damaged": self.damaged,
            "unread": self.unread,
            "interrupted": self.interrupted,
        }


def kind(reason: str | None) -> str:
    """A reason without its particulars: `pattern: /video/` counts as `pattern`, `http 404` as it is."""
    head, _, detail = (reason or "unknown").partition(":")
    head = head.split("(")[0].strip()
    return f"{head}: {detail.split('(')[0].strip()}" if head in {"robots", "rights"} and detail else head


def tally(reasons: Mapping[str, int]) -> str:
    """`robots 2, not found (404) 1`: the commonest first; a dash where there is nothing."""
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{reason_in_words(reason)} {n}" for reason, n in ordered) or "–"


def reason_in_words(reason: str) -> str:
    """A reason as people say it: beside a count, a bare status reads as another number."""
    if not reason.isdecimal():
        return _IN_WORDS.get(reason, reason)
    known = [status.phrase.lower() for status in HTTPStatus if str(status.value) == reason]
    return f"{known[0]} ({reason})" if known else f"status {reason}"


def plural(number: int, noun: str) -> str:
    """`1 outlet`, `2 outlets`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
