"""What a run or a reader asks of the ledger: narrow questions, answered from the little that can hold the answer.

What others committed in the last moments may be missing: on an outlet under one's lease there is no such thing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

import polars as pl

from broadtape.archive.delta.numbered_rows import numbered
from broadtape.archive.delta.queries import sql_text, sql_time
from broadtape.archive.delta.rewrite import DataFile, data_files
from broadtape.archive.delta.schema import capture_of
from broadtape.archive.delta.tables import Ask, Table
from broadtape.archive.ledger_summary.summary import of_newest
from broadtape.archive.segment_key import SegmentKey
from broadtape.capture import Capture
from broadtape.capture.passing_trouble import LASTING

__all__ = ["Ledger"]

_SLACK = timedelta(days=2)
"""How much later than its row's commit a story may claim to be published and still be found by `recent`."""


class Ledger:
    """The table `captures`, asked. Every method raises StoreError where the table cannot be read."""

    def __init__(self, captures: Table) -> None:
        self._captures = captures
        self._files: tuple[int, list[DataFile]] | None = None

    def numbered(self, url_ids: Collection[int], version: int) -> pl.LazyFrame:
        """The rows, in a version, of addresses that have these numbers, at any outlet. Collecting it raises what
        Polars does."""
        known = self._files
        if known is None or known[0] != version:
            loaded = self._captures.load(version)
            known = self._files = version, data_files(self._captures, loaded) if loaded else []
        return numbered(self._captures, known[1], "url_id", url_ids)

    def known(self, site: str, url_ids: Collection[int]) -> dict[int, Capture]:
        """The newest row of each of these URLs of the outlet; those never recorded are left out."""
        if not url_ids:
            return {}
        where = f"site = {sql_text(site)} AND url_id >= {min(url_ids)} AND url_id <= {max(url_ids)}"
        asked = pl.col("site") == site, pl.col("url_id").is_in(list(url_ids))
        found = self._captures.read(lambda rows: _newest(rows.filter(*asked), "url_id"), where, glance=True)
        return {row["url_id"]: capture_of(row) for row in found.iter_rows(named=True)}

    def newest_by_address(self, numbers: Mapping[str, Collection[int]]) -> list[Capture]:
        """Of each outlet, the newest row of each address that was written under one of these numbers."""
        wanted = {site: ids for site, ids in numbers.items() if ids}
        if not wanted:
            return []
        low, high = min(map(min, wanted.values())), max(map(max, wanted.values()))
        where = f"site IN ({', '.join(map(sql_text, wanted))}) AND url_id >= {low} AND url_id <= {high}"
        asked = [(pl.col("site") == site) & pl.col("url_id").is_in(list(ids)) for site, ids in wanted.items()]
        return self._captures_of(
            lambda rows: _newest(rows.filter(reduce(or_, asked)), "site", "url_id", "url"), where, glance=True
        )

    def held(
        self, sites: Collection[str], fetched_at: Collection[datetime], payloads: Collection[str]
    ) -> set[tuple[str, datetime, str]]:
        """Outlet, time and payload (sha256) of the captures that have one of each; asks the files of those times."""
        if not fetched_at:
            return set()
        where = f"fetched_at >= {sql_time(min(fetched_at))} AND fetched_at <= {sql_time(max(fetched_at))}"
        asked = (
            pl.col("site").is_in(sorted(sites)),
            pl.col("fetched_at").is_in(list(fetched_at)),
            pl.col("payload_sha256").is_in(list(payloads)),
        )
        columns = ("site", "fetched_at", "payload_sha256")
        rows = self._captures.read(lambda rows: rows.filter(*asked).select(columns), where, glance=True)
        return {(site, moment, payload) for site, moment, payload in rows.iter_rows()}

    def recent(self, sites: Collection[str], since: datetime) -> list[Capture]:
        """The newest row of each URL last `archived` or `unchanged` and published (else fetched) since then.

        Of each, too, that something else stood in for when it was fetched since.
        """
        if not sites:
            return []
        start = since - _SLACK
        asked = pl.col("recorded_at") >= start, pl.col("site").is_in(list(sites)), pl.col("url_id").is_not_null()
        outcome = pl.col("outcome")
        held = outcome.is_in(["archived", "unchanged"]) & (pl.coalesce("published_at", "fetched_at") >= since)
        lasting = pl.any_horizontal(pl.col("reason").str.starts_with(reason) for reason in LASTING)
        stood_in = (outcome == "not_article") & ~lasting.fill_null(value=False) & (pl.col("fetched_at") >= since)
        return self._captures_of(
            lambda rows: _newest(rows.filter(*asked), "site", "url_id").filter(held | stood_in),
            f"recorded_at >= {sql_time(start)}",
            glance=True,
        )

    def quarantined(self, sites: Collection[str] = ()) -> list[Capture]:
        """The row of each URL whose page is quarantined, of these outlets or of all, by outlet and time."""
        waiting = of_newest(self._captures, lambda summary: summary.waiting(sites))
        if waiting.is_empty():
            return []
        outlets, ids = waiting["site"].unique().sort(), waiting["url_id"].unique()
        asked = (
            pl.col("site").is_in(outlets.implode()),
            pl.col("url_id").is_in(ids.implode()),
            pl.col("outcome") == "quarantined",
        )
        where = f"site IN ({', '.join(map(sql_text, outlets))})"
        named = waiting.lazy().select("site", "url_id")
        return self._captures_of(
            lambda rows: (
                _newest(rows.filter(*asked), "site", "url_id")
                .join(named, on=["site", "url_id"], how="semi")
                .sort("site", "recorded_at", "url")
            ),
            where,
        )

    def committed(self, keys: Collection[SegmentKey]) -> set[SegmentKey]:
        """Which of these segments are named: their rows are all written."""
        if not keys:
            return set()
        named = {str(key): key for key in keys}
        start = min(key.no_row_before for key in keys)
        where = f"recorded_at >= {sql_time(start)}"
        if not any(key.shared for key in keys):  # the rows of a shared one carry the outlets' own names
            where += f" AND site IN ({', '.join(sorted({sql_text(key.site) for key in keys}))})"
        asked = pl.col("recorded_at") >= start, pl.col("warc_file").is_in(list(named))
        found = self._captures.read(lambda rows: rows.filter(*asked).select("warc_file").unique(), where, glance=True)
        return {named[name] for name in found["warc_file"]}

    def _captures_of(self, ask: Ask, where: str | None, *, glance: bool = False) -> list[Capture]:
        rows = self._captures.read(ask, where, glance=glance)
        return [capture_of(row) for row in rows.iter_rows(named=True)]


def _newest(rows: pl.LazyFrame, *by: str) -> pl.LazyFrame:
    return rows.sort("recorded_at", maintain_order=True).group_by(*by).last()
