"""How the last runs over an outlet went, as the ledger tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from broadtape.capture.detail import values_in
from broadtape.corpus.coverage.unread import left_unread

if TYPE_CHECKING:
    from broadtape.corpus.reader import Corpus

__all__ = ["RunRecord", "last_runs"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run's look at one outlet. Counts are of addresses; those that the ledger does not tell are None."""

    site: str
    run: str
    at: datetime
    """When its rows were committed: UTC."""
    trouble: str | None
    """Why the crawl failed, or was left out; None where all is well."""
    listings: tuple[tuple[str, str], ...] = ()
    """Address and answer of each feed, sitemap or section page: an HTTP status, or why it could not be read; and what
    of it was left."""
    discovered: int | None = None
    fetched: int | None = None
    failed: int | None = None
    archived: int = 0
    """Texts: stories and revisions."""


def last_runs(corpus: Corpus, site: str, *, count: int = 10, until: datetime | None = None) -> list[RunRecord]:
    """The last runs that looked at an outlet, or were kept from it, newest first; those recorded by `until`."""
    rows = corpus.captures().filter(pl.col("site") == site)
    if until is not None:
        rows = rows.filter(pl.col("recorded_at") <= until)
    of_outlet = pl.col("url").is_null() & pl.col("outcome").is_in(["polled", "busy"])
    columns = ("run", "recorded_at", "outcome", "reason", "detail")
    looks = rows.filter(of_outlet).select(columns).top_k(count, by="recorded_at")
    texts = rows.filter(pl.col("outcome") == "archived").group_by("run").agg(pl.len().alias("archived"))
    joined = corpus.collect(looks.join(texts, on="run", how="left").sort("recorded_at", descending=True))
    return [_run(site, row) for row in joined.iter_rows(named=True)]


def _run(site: str, row: dict[str, Any]) -> RunRecord:
    told = values_in(row["detail"])
    trouble = row["reason"]
    if row["outcome"] == "busy" and not trouble:
        trouble = "another run was writing this outlet"
    return RunRecord(
        site=site,
        run=row["run"],
        at=row["recorded_at"].replace(tzinfo=UTC),
        trouble=trouble,
        listings=tuple((str(each.get("url")), _status(each)) for each in told.get("listings") or () if each),
        discovered=told.get("discovered"),
        fetched=told.get("fetched"),
        failed=told.get("failed"),
        archived=row["archived"] or 0,
    )


def _status(listing: dict[str, Any]) -> str:
    told = [str(listing.get("status"))]
    if moved := listing.get("moved_to"):
        told.append(f"moved for good to {moved}")
    return ", ".join([*told, *left_unread(listing)])
