"""What an outlet's recent runs were like, and what people decided about them: read from the ledger alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import polars as pl

from broadtape.archive import Archive, article_of, sql_text, sql_time
from broadtape.archive.segment_key import SegmentKey
from broadtape.article import Article
from broadtape.capture.detail import Acceptance, PagePlace, values_in
from broadtape.monitoring.measures import Measures

__all__ = [
    "accepted_since",
    "decided_pages",
    "earlier_measures",
    "earlier_polls",
    "last_acceptance",
    "last_good",
    "recent_paragraphs",
]

_LOOKBACK = timedelta(days=45)
_SEGMENTS = 40
"""As many of an outlet's last segments, and polls, tell what is usual."""
_TEXTS = 10


def earlier_measures(archive: Archive, site: str, segment: SegmentKey | None = None) -> list[Measures]:
    """The measures of the outlet's segments before this one, oldest first; of all, where none is given.

    Those that were not as usual are left out, unless they were released: a release says that this is how the outlet
    looks now, and the comparison begins anew with it.
    """
    since, released = accepted_since(archive, site)
    measured = (pl.col("outcome") == "measured") & pl.col("warc_file").is_not_null()
    rows = _ledger(archive, site, measured, "warc_file", "run", "detail")
    found = []
    placed = sorted(((SegmentKey.parse(row["warc_file"]).place, row) for row in rows), key=itemgetter(0))
    for place, row in placed:
        known = Measures.from_json(row["run"], row["detail"])
        if known is None or row["run"] < since or (segment is not None and place >= segment.place):
            continue
        if not known.odd or known.run in released:
            found.append(known)
    return found[-_SEGMENTS:]


def earlier_polls(archive: Archive, site: str) -> list[dict[str, Any]]:
    """What the outlet's recent polls said of themselves, oldest first, since the last release."""
    since, _ = accepted_since(archive, site)
    rows = _ledger(archive, site, (pl.col("outcome") == "polled") & pl.col("url").is_null(), "run", "detail")
    kept = (row for row in sorted(rows, key=lambda row: row["run"]) if row["run"] >= since)
    return [{**told, "run": row["run"]} for row in kept if (told := values_in(row["detail"]))]


def accepted_since(archive: Archive, site: str) -> tuple[str, set[str]]:
    """From which run on the outlet's looks count (empty: from the first), and the runs that were released.

    What was taken back since does not count.
    """
    standing: list[Acceptance] = []
    for told in _decided(archive, site, ["release", "undo"]):
        accepted = Acceptance.from_json(told["detail"])
        if told["url_id"] is not None or accepted is None:
            continue  # of a page, or of a learnt rule
        standing = [each for each in standing if each != accepted]
        if told["decision"] == "release":
            standing.append(accepted)
    runs = {run for accepted in standing for run in accepted.runs}
    # The last one that was made: names of runs that began within one second do not sort by time.
    return (standing[-1].since if standing else ""), runs


def last_acceptance(archive: Archive, site: str) -> Acceptance | None:
    """The newest decision on how the outlet looks that was not taken back."""
    since, _ = accepted_since(archive, site)
    every = [
        Acceptance.from_json(told["detail"]) for told in _decided(archive, site, ["release"]) if told["url_id"] is None
    ]
    return next((each for each in reversed(every) if since and each and each.since == since), None)


def decided_pages(archive: Archive, site: str) -> Mapping[tuple[str, int], str]:
    """`release` or `reject` for each page (segment and offset) on which somebody decided; the last word counts."""
    found = {}
    for told in _decided(archive, site, ["release", "reject"]):
        if place := PagePlace.from_json(told["detail"]):
            found[place.warc_file, place.warc_offset] = str(told["decision"])
    return found


def recent_paragraphs(archive: Archive, site: str, now: datetime) -> dict[str, list[str]]:
    """The paragraphs of the outlet's last few stories, by `article_id`."""
    start = now - _LOOKBACK
    where = f"site = {sql_text(site)} AND fetched_at >= {sql_time(start)}"
    wanted = pl.col("site") == site, pl.col("fetched_at") >= start, pl.col("text").is_not_null()
    rows = archive.tables["articles"].read(
        lambda rows: rows.filter(*wanted).select("article_id", "fetched_at", "text").top_k(_TEXTS, by="fetched_at"),
        where,
    )
    return {name: text.split("\n\n") for name, _, text in rows.iter_rows()}


def last_good(archive: Archive, site: str, before: datetime | None) -> Article | None:
    """The outlet's newest published text that was fetched before a moment."""
    asked = [pl.col("site") == site, pl.col("text").is_not_null()]
    if before is not None:
        asked.append(pl.col("fetched_at") < before)
    found = archive.tables["articles"].read(
        lambda rows: rows.filter(*asked).top_k(1, by=["fetched_at", "archived_at"]), f"site = {sql_text(site)}"
    )
    return article_of(found.row(0, named=True)) if found.height else None


def _ledger(archive: Archive, site: str, wanted: pl.Expr, *columns: str) -> list[dict[str, Any]]:
    start = archive.now() - _LOOKBACK
    where = f"site = {sql_text(site)} AND recorded_at >= {sql_time(start)}"
    asked = pl.col("site") == site, pl.col("recorded_at") >= start, wanted
    return archive.tables["captures"].read(lambda rows: rows.filter(*asked).select(columns), where).to_dicts()


def _decided(archive: Archive, site: str, decisions: list[str]) -> Iterator[dict[str, Any]]:
    asked = pl.col("site") == site, pl.col("decision").is_in(decisions)
    rows = archive.tables["decisions"].read(lambda rows: rows.filter(*asked).sort("decided_at", maintain_order=True))
    yield from rows.iter_rows(named=True)
