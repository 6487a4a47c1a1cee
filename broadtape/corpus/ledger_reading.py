"""What an archive knows beside its texts: its outlets, the looks at them, and what became of each address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Unpack

import polars as pl

from broadtape.archive import Archive
from broadtape.archive.delta.schema import TableName, capture_of
from broadtape.archive.ledger_summary import sums
from broadtape.capture import Capture
from broadtape.corpus.coverage.outlets import (
    Outlet,
    coverage_of,
    daily_polls,
    of_whole_days,
    outlets_of,
    polls_of_days,
    polls_within,
    recorded_by,
)
from broadtape.corpus.reading.filters import Clock, Filters, Moment
from broadtape.corpus.reading.snapshot import Snapshot
from broadtape.outlet_state import OngoingTrouble
from broadtape.urls import url_id
from broadtape.urls.address_match import AddressMatch
from broadtape.urls.former_ids import former_url_id

__all__ = ["LedgerReading"]


class LedgerReading:
    """An archive at one version, as far as its outlets and its ledger tell."""

    def __init__(self, archive: Archive, outlets: Collection[str] = ()) -> None:
        self._snapshot = Snapshot(archive, outlets=outlets)

    @property
    def uri(self) -> str:
        """Where the archive lies."""
        return self._snapshot.archive.uri

    @property
    def id(self) -> str:
        """What tells this archive from every other, wherever it lies."""
        return self._snapshot.archive.info.id

    @property
    def versions(self) -> Mapping[TableName, int]:
        """Version of each table that is read."""
        return self._snapshot.versions

    def collect(self, frame: pl.LazyFrame) -> pl.DataFrame:
        """What a frame of this corpus holds: as its own `collect`, but that what goes wrong is an ArchiveError."""
        return self._snapshot.collect(frame)

    @property
    def forgotten(self) -> list[str]:
        """Ids of the stories that were taken down: what copies made earlier must lose, too."""
        return list(self._snapshot.forgotten)

    def check_sites(self, names: Collection[str]) -> None:
        """Raises UnknownSite, with the nearest name, for an outlet that the archive has nothing of."""
        self._snapshot.check_sites(names)

    def outlets(self, *, as_of: Moment | None = None, clock: Clock = "archived") -> list[Outlet]:
        """Every outlet that has an article or a row in the ledger, by name; as of a moment, where one is given."""
        query = self._snapshot.query({"as_of": as_of, "clock": clock})
        with self._snapshot.reading():
            rows, captures = self.rows(query.visible_where()), recorded_by(self.captures(), query.as_of, query.clock)
            return outlets_of(rows.filter(*query.visible()) if query.as_of else rows, captures)

    def coverage(self, **filters: Unpack[Filters]) -> pl.DataFrame:
        """Per outlet and day (UTC) with either: `site`, `date`, `articles` that pass the filters, `polls` of its feeds,
        `undated` articles.

        The day of an article is that of the time that `by` names; `undated` counts those without a time of
        publication. A day with polls and no articles was quiet; one with neither was not looked at.
        """
        query = self._snapshot.query(filters)
        with self._snapshot.reading():
            articles = self._snapshot.selection(query).frame(("site", "published_at", query.order))
            polls = polls_of_days(self._snapshot.ledger_summary().days(), query) if of_whole_days(query) else None
            if polls is None:
                polls = daily_polls(polls_within(self.captures(), query))
            return coverage_of(articles, polls, query.order)

    def days(self, *, as_of: Moment | None = None, clock: Clock = "archived") -> pl.DataFrame:
        """Per outlet and day (UTC), what the looks at it came to: `site`, `date`, `polls`, how many of them `failed`,
        runs that found it `busy`, and when it was last polled; as of a moment, where one is given."""
        if as_of:
            return self.collect(sums.days(self._recorded_by(as_of, clock)))
        with self._snapshot.reading():
            return self._snapshot.ledger_summary().days()

    def last_looks(self, *, as_of: Moment | None = None, clock: Clock = "archived") -> pl.DataFrame:
        """Per outlet, what its last look said of its listings: `site`, `recorded_at`, `detail` (JSON)."""
        if as_of:
            return self.collect(sums.looks(self._recorded_by(as_of, clock)))
        with self._snapshot.reading():
            return self._snapshot.ledger_summary().looks()

    def missing(
        self, sites: Collection[str] = (), *, as_of: Moment | None = None, clock: Clock = "archived"
    ) -> pl.DataFrame:
        """Each address, of these outlets or of all, that was listed and is not held: what its newest row says, and
        `at`, when it was published, or else first listed."""
        if as_of:
            rows = self._recorded_by(as_of, clock)
            chosen = rows.filter(pl.col("site").is_in(sorted(sites))) if sites else rows
            return self.collect(sums.addresses(chosen).filter(sums.is_missing()))
        with self._snapshot.reading():
            return self._snapshot.ledger_summary().missing(sites)

    def _recorded_by(self, as_of: Moment, clock: Clock) -> pl.LazyFrame:
        query = self._snapshot.query({"as_of": as_of, "clock": clock})
        return recorded_by(self.captures(), query.as_of, query.clock)

    def sites(self) -> list[str]:
        """Names of the outlets that have an article or a row in the ledger."""
        return self._snapshot.sites()

    def ledger(self, url: str) -> list[Capture]:
        """What became of this address whenever we looked, oldest first; empty if it was never listed."""
        match = AddressMatch(url)
        with self._snapshot.reading():
            rows = self._snapshot.captures_of(match.numbers).sort("recorded_at").collect()
        found = (capture_of(row) for row in rows.iter_rows(named=True))
        return [row for row in found if match.says(row.url, row.url_id)]

    def taken_down(self, url: str) -> datetime | None:
        """When the story at this address was forgotten; None where it was not."""
        numbers = [url_id(url), former_url_id(url)]
        about = pl.col("decision").is_in(["forget", "undo"]) & pl.col("url_id").is_in(numbers)
        last = self.collect(self._snapshot.table("decisions").filter(about).sort("decided_at").tail(1))
        return next((at for at, what in last.select("decided_at", "decision").iter_rows() if what == "forget"), None)

    def trouble(self, site: str) -> str | None:
        """Why the last run over this outlet failed, as `broadtape status` tells it; None where it did not."""
        told = OngoingTrouble.from_json(self._snapshot.archive.load_state(site).get("trouble"))
        return told.reason if told else None

    def held_back(self, sites: Collection[str] = ()) -> list[Capture]:
        """The ledger's newest row of each page that is held back until somebody decides, by outlet and time.

        What waits now, whatever version is read.
        """
        with self._snapshot.reading():
            return self._snapshot.archive.ledger.quarantined(sites)

    def captures(self) -> pl.LazyFrame:
        """The ledger: one row for each change in the state of a URL and for each poll of an outlet, as appended."""
        with self._snapshot.reading():
            return self._snapshot.table("captures")

    def rows(self, where: str | None = None) -> pl.LazyFrame:
        """Every row of `articles` as it was appended, no view applied, but for what was forgotten.

        `where` leaves out whole files, as in `Table.scan`; filter the rows all the same.
        """
        return self._snapshot.rows(where)
