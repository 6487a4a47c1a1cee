"""The keys of all articles that have more than one row, kept for one version of the table.

Whoever reads a day of one outlet must know whether its stories were revised later. Without this, that stands in every
file; with it, in one small object.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl

from broadtape.corpus import plan
from broadtape.corpus.view import KEY
from broadtape.errors import ObjectMissing

if TYPE_CHECKING:
    from broadtape.archive.objects import ObjectStore

__all__ = ["keep_revised", "read_revised"]

_FOLDER = "index/revised/"


def keep_revised(store: ObjectStore, version: int, scan: plan.Scan) -> None:
    """Writes them for this version, in place of those for others."""
    name = _name(version)
    if store.info(name) is None:
        rows = scan(None).select(*KEY, "site")
        several = rows.group_by("article_id").agg(pl.len().alias("rows")).filter(pl.col("rows") > 1)
        out = io.BytesIO()
        rows.join(several, on="article_id", how="semi").sort(KEY).collect().write_parquet(out, compression="zstd")
        store.put(name, out.getvalue())
    store.delete(info.key for info in list(store.list(_FOLDER)) if info.key != name)


def read_revised(store: ObjectStore, version: int) -> pl.DataFrame | None:
    """Those of this version, in one request; None where they are not kept."""
    try:
        return pl.read_parquet(io.BytesIO(store.get(_name(version))))
    except (ObjectMissing, pl.exceptions.PolarsError):
        return None


def _name(version: int) -> str:
    return f"{_FOLDER}{version}.parquet"
