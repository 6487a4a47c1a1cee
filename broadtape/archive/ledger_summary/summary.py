"""The ledger added up: what upkeep kept, completed by the rows that came since; all of it where that does not fit.

What is kept covers the rows recorded up to a moment, whichever files they lie in, and says how many these are. Together
with those recorded since they must be as many as the table's log counts: a row that was written late, taken down or
brought by a merge shows there, and everything is then read as if nothing were kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from functools import partial

import polars as pl

from broadtape.archive.delta.queries import sql_text, sql_time
from broadtape.archive.delta.rewrite import data_files, row_count
from broadtape.archive.delta.schema import CAPTURES
from broadtape.archive.delta.tables import Table
from broadtape.archive.ledger_summary.kept import Kept, Part, keep
from broadtape.archive.ledger_summary.sums import (
    COLUMNS,
    addresses,
    days,
    is_lacking,
    is_missing,
    is_waiting,
    joined_addresses,
    joined_days,
    joined_looks,
    looks,
)
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import DigestMismatch, FileGone, ObjectMissing

__all__ = ["LedgerSummary", "keep_summary", "of_newest"]

_SLACK = timedelta(hours=1)
"""Kept is what was recorded so long before the newest row: clocks of writers differ, and a commit may take a minute."""
_MOST = 1_000_000
"""Rows of files with new ones that are read at once; an archive that got more since its last upkeep is read whole."""
_KEY = ["site", "url_id"]

Sum = Callable[[pl.LazyFrame], pl.LazyFrame]


class LedgerSummary:
    """One version of the ledger, added up; the rows recorded up to a moment, where one is given.

    Every method raises StoreError where the ledger cannot be read. Frames have the columns that `sums` gives them.
    """

    def __init__(self, captures: Table, store: ObjectStore, version: int, until: datetime | None = None) -> None:
        self._captures, self._store, self._version, self._until = captures, store, version, until
        self._since: pl.DataFrame | None = None
        self._kept = self._fitting(Kept.read(store))
        self._days: pl.DataFrame | None = None

    def days(self) -> pl.DataFrame:
        """By outlet and day, what the looks at it came to: `DAYS`."""
        if self._days is None:
            self._days = self._sum("days", days, joined_days) if self._kept else None
            if self._days is None:
                self._days = self._of_all(days)
        return self._days

    def looks(self) -> pl.DataFrame:
        """By outlet, what its last look said of its listings: `LOOKS`."""
        found = self._sum("looks", looks, joined_looks) if self._kept else None
        return pl.concat(self._by_outlet(looks)) if found is None else found

    def missing(self, sites: Collection[str] = ()) -> pl.DataFrame:
        """The state of each address, of these outlets or of all, that was listed and is not held."""
        found = self._addresses("missing", is_missing(), sites)
        if found is not None:
            return found
        return pl.concat(self._by_outlet(lambda rows: addresses(rows).filter(is_missing()), sites))

    def waiting(self, sites: Collection[str] = ()) -> pl.DataFrame:
        """The state of each address, of these outlets or of all, whose page is quarantined."""
        found = self._addresses("waiting", is_waiting(), sites)
        if found is not None:
            return found
        held = is_waiting() & pl.col("url_id").is_not_null() & _of(sites)
        # Only of addresses that were quarantined once is the newest row asked for: of most there is nothing to sort.
        once = self._of_all(lambda rows: rows.filter(held).select(_KEY).unique())
        return self._states(once).filter(is_waiting())

    def rows(self) -> int:
        """How many rows it is of."""
        if self._kept and self._since is not None:
            return self._kept.rows + self._since.height
        return int(self._of_all(lambda rows: rows.select(pl.len())).item())

    def _fitting(self, kept: Kept | None) -> Kept | None:
        """What is kept, if it and the rows since make this version; reads these."""
        if kept is None or (self._until and kept.until > self._until):
            return None
        where = f"recorded_at > {sql_time(kept.until)}"
        if row_count(self._captures, self._version, where) > _MOST:
            return None
        newer = pl.col("recorded_at") > kept.until
        since = self._captures.read(lambda rows: rows.filter(newer).select(COLUMNS), where, version=self._version)
        if kept.rows + since.height != row_count(self._captures, self._version):
            return None
        self._since = since.filter(pl.col("recorded_at") <= self._until) if self._until else since
        return kept

    def _sum(self, part: Part, of: Sum, joined: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame | None:
        """A part that is kept and what came since; None where it cannot be had."""
        before = self._part(part)
        if before is None or self._since is None:
            return None
        return joined(pl.concat([before, of(self._since.lazy()).collect().select(before.columns)]))

    def _part(self, part: Part) -> pl.DataFrame | None:
        try:
            return self._kept.part(self._store, part) if self._kept else None
        except (ObjectMissing, DigestMismatch):  # replaced since, or damaged
            self._kept = self._since = None
            return None

    def _addresses(self, part: Part, wanted: pl.Expr, sites: Collection[str]) -> pl.DataFrame | None:
        before = self._part(part)
        if before is None or self._since is None:
            return None
        before = before.filter(_of(sites))
        new = addresses(self._since.lazy().filter(_of(sites))).collect().select(before.columns)
        earlier = []
        if part == "missing" and self._kept:  # of one that was not, a text may be held; who waits, the newest row says
            strangers = new.filter(is_lacking()).join(before, on=_KEY, how="anti")
            earlier.append(self._states(strangers, self._kept.until).select(before.columns))
        touched = pl.concat([before.join(new, on=_KEY, how="semi"), *earlier, new])
        joined = joined_addresses(touched).select(before.columns).filter(wanted)
        return pl.concat([before.join(new, on=_KEY, how="anti"), joined])

    def _states(self, named: pl.DataFrame, until: datetime | None = None) -> pl.DataFrame:
        """The states of these addresses (`site`, `url_id`), as of a moment where one is given."""
        if named.is_empty():
            return addresses(pl.LazyFrame(schema=CAPTURES)).collect()
        sites, ids = named["site"].unique().to_list(), named["url_id"].unique()
        asked = [pl.col("site").is_in(sites), pl.col("url_id").is_in(ids.implode())]
        if until:
            asked.append(pl.col("recorded_at") <= until)
        where = f"site IN ({', '.join(map(sql_text, sorted(sites)))})"
        found = self._of_all(lambda rows: addresses(rows.filter(*asked)), where)
        return found.join(named, on=_KEY, how="semi")

    def _by_outlet(self, of: Sum, sites: Collection[str] = ()) -> Iterator[pl.DataFrame]:
        """What `of` makes of each outlet's rows, one outlet after the other: nobody holds all rows at once."""
        yield of(pl.LazyFrame(schema=CAPTURES)).collect()
        for site in sorted(sites) or self.days()["site"].unique().sort().to_list():
            yield self._of_all(partial(_of_outlet, of, site), f"site = {sql_text(site)}")

    def _of_all(self, of: Sum, where: str | None = None) -> pl.DataFrame:
        bound = [pl.col("recorded_at") <= self._until] if self._until else []
        return self._captures.read(
            lambda rows: of((rows.filter(*bound) if bound else rows).select(COLUMNS)), where, version=self._version
        )


def of_newest(captures: Table, ask: Callable[[LedgerSummary], pl.DataFrame]) -> pl.DataFrame:
    """What `ask` gives of the newest version; asked once more where a takedown removed a file meanwhile."""
    try:
        return ask(LedgerSummary(captures, captures.store, captures.version()))
    except FileGone:
        captures.expire()
    return ask(LedgerSummary(captures, captures.store, captures.version()))


def keep_summary(captures: Table, store: ObjectStore) -> None:
    """Keeps the sums of what is in the ledger by now, for those who ask; one at a time may do so."""
    version = captures.version()
    loaded = captures.load(version)
    files = data_files(captures, loaded) if loaded else []
    newest = max((file.told["max.recorded_at"] for file in files if file.told.get("max.recorded_at")), default=None)
    if newest is None:
        return
    until = newest - _SLACK
    found = LedgerSummary(captures, store, version, until)
    parts: dict[Part, pl.DataFrame] = {
        "days": found.days(),
        "looks": found.looks(),
        "waiting": found.waiting(),
        "missing": found.missing(),
    }
    keep(store, until, found.rows(), parts)


def _of_outlet(of: Sum, site: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    return of(rows.filter(pl.col("site") == site))


def _of(sites: Collection[str]) -> pl.Expr:
    return pl.col("site").is_in(sorted(sites)) if sites else pl.lit(value=True)
