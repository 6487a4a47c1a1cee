"""What people decided: forget, undo, release, reject. Append-only; the newest decision on a thing holds."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

import polars as pl

from broadtape.archive.delta.commits import append
from broadtape.archive.delta.queries import reading
from broadtape.archive.delta.schema import TABLES
from broadtape.archive.delta.tables import Table

__all__ = [
    "Decision",
    "allowed_rule",
    "blocked",
    "blocked_articles",
    "forgotten",
    "record",
    "rejected_rule",
    "rejected_rules",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision on a URL (by its hash), an article, or a learnt rule of an outlet (by its name, in `detail`). `undo`
    takes back the last one on the same thing.

    `forget` is a tombstone: neither crawled nor backfilled again. `release` and `reject` end a quarantine; to `reject`
    a rule means that it is not learnt again.
    """

    decision: Literal["forget", "undo", "release", "reject"]
    url_id: int | None = None
    article_id: str | None = None
    site: str | None = None
    reason: str | None = None
    detail: str | None = None
    decided_at: datetime | None = None
    """Stamped as the row commits."""


def record(table: Table, decisions: Sequence[Decision], now: datetime) -> None:
    """Adds decisions, stamped."""
    rows = [asdict(decision) | {"decided_at": now} for decision in decisions]
    append(table, pl.DataFrame(rows, schema=TABLES["decisions"].schema, orient="row"))


def forgotten(table: Table) -> set[int]:
    """Every URL that was forgotten."""
    return set(_standing(table, "url_id")["url_id"])


def blocked(table: Table, url_ids: Collection[int]) -> set[int]:
    """Which of these URLs were forgotten."""
    return set(_standing(table, "url_id").filter(pl.col("url_id").is_in(list(url_ids)))["url_id"])


def blocked_articles(table: Table, article_ids: Collection[str]) -> set[str]:
    """Which of these articles were forgotten, whatever address they come by."""
    return set(_standing(table, "article_id").filter(pl.col("article_id").is_in(list(article_ids)))["article_id"])


def rejected_rule(site: str, name: str, reason: str | None = None) -> Decision:
    """The decision that an outlet's learnt rule is none."""
    return Decision(decision="reject", site=site, reason=reason, detail=json.dumps({"rule": name}))


def allowed_rule(site: str, name: str, reason: str | None = None) -> Decision:
    """The decision that takes back `rejected_rule`."""
    return replace(rejected_rule(site, name, reason), decision="undo")


def rejected_rules(table: Table, site: str) -> set[str]:
    """The outlet's learnt rules whose newest decision is to reject them."""
    rows = table.scan(glance=True).filter(
        pl.col("site") == site,
        pl.col("detail").str.starts_with('{"rule":'),
        pl.col("decision").is_in(["reject", "undo"]),
    )
    newest = rows.sort("decided_at", maintain_order=True).group_by("detail").last()
    with reading(table.uri):
        held = newest.filter(pl.col("decision") == "reject").select("detail").collect()
    return {json.loads(detail)["rule"] for detail in held["detail"]}


def _standing(table: Table, column: str) -> pl.DataFrame:
    """The things whose newest decision is to forget them."""
    rows = table.scan(glance=True).filter(pl.col(column).is_not_null(), pl.col("decision").is_in(["forget", "undo"]))
    newest = rows.sort("decided_at", maintain_order=True).group_by(column).last()
    with reading(table.uri):
        return newest.filter(pl.col("decision") == "forget").select(column).collect()
