"""Which rows an export holds, in which split and which file; what stays out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from broadtape.corpus.export.events import with_first_seen
from broadtape.corpus.export.settings import ExportSettings
from broadtape.corpus.near_duplicate_clusters import joined
from broadtape.corpus.reading.query import Query
from broadtape.corpus.reading.resolve_versions import KEY

if TYPE_CHECKING:
    from broadtape.corpus.reader import Corpus

__all__ = ["Plan", "make_plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """`rows`: keys with `revision`, `site`, `split` and `shard`; `left_out`: how many rows stayed out for what."""

    rows: pl.DataFrame
    left_out: dict[str, int]


def make_plan(corpus: Corpus, query: Query, settings: ExportSettings, clusters: pl.DataFrame) -> Plan:
    """The same for the same version and settings, so that a run that was cut short can be gone on with.

    `clusters` are those of `Corpus.clusters`, empty where near-duplicates do not matter.
    """
    narrow = ["rights", "language", "text_sha256"]
    keys = corpus.chosen(query).select(*KEY, "site", "revision")
    if settings.changed_since is not None:
        new = corpus.changed(settings.changed_since).select(KEY)
        keys = keys.join(new.lazy(), on=KEY, how="semi", nulls_equal=True)
    found = corpus.collect(
        corpus.rows(query.where())
        .select(*KEY, *narrow)
        .join(keys, on=KEY, nulls_equal=True)
        .with_columns(pl.col("rights").fill_null("unknown"))
    ).sort("fetched_at", *KEY)
    left_out = {}
    for rights in ("unknown", "reserved", "allowed"):
        if rights not in settings.rights:
            left_out[f"rights {rights}"] = found.filter(pl.col("rights") == rights).height
    found = found.filter(pl.col("rights").is_in(settings.rights))
    with_text = found if settings.table == "events" else found.filter(pl.col("text_sha256").is_not_null())
    left_out["without a text"] = found.height - with_text.height
    # A text that is not kept is known to be like no other.
    by_text = with_text.with_columns(pl.coalesce("text_sha256", "article_id"))
    # Rows lie in the order of fetching, so the first of a cluster is the one that was known first.
    grouped = _grouped(by_text, clusters)
    kept = _deduplicated(grouped, settings.dedupe)
    if settings.dedupe != "none":
        left_out["duplicates"] = grouped.height - kept.height
    rows = _sharded(_split(kept, grouped, settings), settings)
    if settings.table == "events":
        rows = with_first_seen(corpus, query, rows, clusters)
    return Plan(rows, {why: count for why, count in left_out.items() if count})


def _grouped(rows: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """The rows with `cluster`, the same for what is of one story, has one text or is of one cluster."""
    same = rows.select("article_id", pl.format("text {}", "text_sha256")).unique().rows()
    near = clusters.select("article_id", pl.format("cluster {}", "cluster_id")).rows()
    group = joined([*same, *near])
    return rows.with_columns(pl.col("article_id").replace_strict(group, return_dtype=pl.String).alias("cluster"))


def _deduplicated(rows: pl.DataFrame, how: str) -> pl.DataFrame:
    if how == "exact":
        return rows.unique("text_sha256", keep="first", maintain_order=True)
    if how == "cluster":
        return rows.unique("cluster", keep="first", maintain_order=True)
    return rows


def _split(rows: pl.DataFrame, grouped: pl.DataFrame, settings: ExportSettings) -> pl.DataFrame:
    """Whole clusters go where their first text belongs: nothing of `test` is known from `train`."""
    first = grouped.group_by("cluster").agg(pl.col("fetched_at").min().alias("first"))
    split = pl.lit(settings.splits[0])
    for name, begins in zip(settings.splits[1:], settings.split_at, strict=True):
        split = pl.when(pl.col("first") >= begins).then(pl.lit(name)).otherwise(split)
    return rows.join(first, on="cluster", how="left", maintain_order="left").with_columns(split.alias("split"))


def _sharded(rows: pl.DataFrame, settings: ExportSettings) -> pl.DataFrame:
    """Files hold a month of fetching or a part of one: `2026-11-00000`."""
    month = pl.col("fetched_at").dt.strftime("%Y-%m")
    number = pl.int_range(pl.len()).over("split", month) // settings.shard_rows
    shard = pl.format("{}-{}", month, number.cast(pl.String).str.zfill(5))
    return rows.with_columns(shard.alias("shard")).select(*KEY, "site", "revision", "language", "split", "shard")
