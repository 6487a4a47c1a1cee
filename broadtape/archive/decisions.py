"""What people decided: forget, undo, release, reject. Append-only; the newest decision on a thing holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

import polars as pl

from broadtape.archive.delta.commits import append
from broadtape.archive.delta.schema import TABLES
from broadtape.archive.delta.tables import Table
from broadtape.capture.detail import RuleName

__all__ = ["Decision", "Decisions", "allowed_rule", "rejected_rule"]


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


class Decisions:
    """The table `decisions`. Every method raises StoreError where it cannot be read or written."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, decisions: Sequence[Decision]) -> None:
        """Adds what people decided, stamped."""
        now = self._table.now()
        rows = [asdict(decision) | {"decided_at": now} for decision in decisions]
        append(self._table, pl.DataFrame(rows, schema=TABLES["decisions"].schema, orient="row"))

    def forgotten(self) -> set[int]:
        """Every URL that was forgotten."""
        return set(self._standing("url_id")["url_id"])

    def blocked(self, url_ids: Collection[int]) -> set[int]:
        """Which of these URLs were forgotten: never to be crawled or backfilled again."""
        return self.forgotten() & set(url_ids) if url_ids else set()

    def blocked_articles(self, article_ids: Collection[str]) -> set[str]:
        """Which of these articles were forgotten, whatever address they come by."""
        return self.forgotten_articles() & set(article_ids) if article_ids else set()

    def forgotten_articles(self) -> set[str]:
        """Every article that was forgotten."""
        return set(self._standing("article_id")["article_id"])

    def rejected_rules(self, site: str) -> set[str]:
        """The names of the outlet's learnt rules whose newest decision is to reject them."""
        asked = (
            pl.col("site") == site,
            pl.col("detail").str.starts_with('{"rule":'),
            pl.col("decision").is_in(["reject", "undo"]),
        )
        newest = self._newest(asked, "detail").filter(pl.col("decision") == "reject")
        return {named.rule for detail in newest["detail"] if (named := RuleName.from_json(detail))}

    def _standing(self, column: str) -> pl.DataFrame:
        """The things whose newest decision is to forget them."""
        asked = pl.col(column).is_not_null(), pl.col("decision").is_in(["forget", "undo"])
        return self._newest(asked, column).filter(pl.col("decision") == "forget")

    def _newest(self, asked: Sequence[pl.Expr], by: str) -> pl.DataFrame:
        return self._table.read(
            lambda rows: (
                rows.filter(*asked).sort("decided_at", maintain_order=True).group_by(by).last().select(by, "decision")
            ),
            glance=True,
        )


def rejected_rule(site: str, name: str, reason: str | None = None) -> Decision:
    """The decision that an outlet's learnt rule is none."""
    return Decision(decision="reject", site=site, reason=reason, detail=RuleName(name).to_json())


def allowed_rule(site: str, name: str, reason: str | None = None) -> Decision:
    """The decision that takes back `rejected_rule`."""
    return replace(rejected_rule(site, name, reason), decision="undo")
