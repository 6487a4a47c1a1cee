"""Stories that are nearly the same, told together: clusters over the pairs of texts that a reader may see."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

__all__ = ["clusters_of", "folded", "joined"]


def clusters_of(pairs: pl.DataFrame, rows: pl.LazyFrame) -> pl.DataFrame:
    """`article_id`, `cluster_id`, `place` of each story that has a near-duplicate among `rows`, by cluster and place.

    `rows` are the texts that exist for the reader. A cluster is what hangs together by pairs; `cluster_id` is the id
    of its earliest story, whose `place` is 1: the one that this archive first saw, listed or fetched.
    """
    if pairs.is_empty():
        return pl.DataFrame(schema={"article_id": pl.String, "cluster_id": pl.String, "place": pl.Int64})
    named = pl.concat([pairs["a_article_id"], pairs["b_article_id"]]).unique().alias("article_id").to_frame().lazy()
    held = (
        rows.select("article_id", "fetched_at", "archived_at", "first_listed_at")
        .join(named, on="article_id", how="semi")
        .collect()
    )
    texts = held.select("article_id", "fetched_at", "archived_at")
    seen = pairs
    for side in ("a", "b"):
        names = {name: f"{side}_{name}" for name in texts.columns}
        seen = seen.join(texts.rename(names).unique(), on=list(names.values()), how="semi")
    heads = joined(seen.select("a_article_id", "b_article_id").unique().rows())
    first = held.group_by("article_id").agg(pl.min_horizontal("first_listed_at", "fetched_at").min().alias("seen_at"))
    grouped = pl.DataFrame(
        {"article_id": list(heads), "group": list(heads.values())}, schema={"article_id": pl.String, "group": pl.String}
    )
    ordered = grouped.join(first, on="article_id").sort("group", "seen_at", "article_id")
    return (
        ordered.with_columns(
            pl.col("article_id").first().over("group").alias("cluster_id"),
            pl.int_range(1, pl.len() + 1).over("group").alias("place"),
        )
        .select("article_id", "cluster_id", pl.col("place").cast(pl.Int64))
        .sort("cluster_id", "place")
    )


def folded(article_ids: pl.Series, clusters: pl.DataFrame) -> pl.DataFrame:
    """Of these stories, those that are nearly the same as one entry each: `article_id`, the earliest of them, and
    `others`, the rest, earliest first. A story that stands alone is not in it."""
    present = clusters.filter(pl.col("article_id").is_in(article_ids.implode())).sort("cluster_id", "place")
    entries = present.group_by("cluster_id", maintain_order=True).agg(
        pl.col("article_id").first(), pl.col("article_id").slice(1).alias("others")
    )
    return entries.filter(pl.col("others").list.len() > 0).select("article_id", "others")


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each id with one id of its group, the same for all of them."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        root = name
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[name] != root:
            parent[name], name = root, parent[name]
        return root

    for a, b in pairs:
        parent[find(a)] = find(b)
    return {name: find(name) for name in parent}
