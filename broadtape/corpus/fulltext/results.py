"""What a search gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from broadtape.archive.delta.schema import TABLES
from broadtape.article import Article

__all__ = ["DEEPEST", "Hit", "SearchResults", "Sort"]

Sort = Literal["relevance", "newest"]

DEEPEST = 10_000
"""How far down a list of hits may be asked for."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found."""

    article: Article
    score: float
    """How well it matches, recent articles lifted; comparable within one search. 0 where the order is by time."""
    snippet: str
    """The part of its text that holds what was searched for: plain text on one line, empty where none was wanted."""
    highlights: tuple[tuple[int, int], ...]
    """Which spans of `snippet` were searched for, as (from, to) in characters."""
    others: tuple[str, ...] = ()
    """Ids of the stories found that are nearly the same and stand behind this one, earliest first."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """One page of what was found, and how much there is in all."""

    hits: tuple[Hit, ...]
    total: int
    covers: int | None
    """The version of `articles` that the index covers; None where there is no index."""
    uncovered: int = 0
    """Rows that concern this search and were not searched: the index lacks them and they are too many to read now."""
    undated: int = 0
    """How many of those found have no time of publication and go by when they were first listed or fetched; 0 where
    no time was asked about."""
    behind: int | None = 0
    """How many texts stand behind a hit that is nearly the same, and are not counted in `total`. None where more were
    found than are looked at for that: `total` then counts each of them."""

    @property
    def stale(self) -> bool:
        """Whether there may be more, or newer, than was found."""
        return self.uncovered > 0

    @property
    def notice(self) -> str | None:
        """What a reader must be told, in a sentence; None where everything was searched."""
        if not self.stale:
            return None
        what = "The archive has no index" if self.covers is None else "The index is behind the archive"
        return f"{what}: {self.uncovered:,} texts were not searched. 'broadtape maintain' brings it up to date."

    def frame(self) -> pl.DataFrame:
        """The hits as a frame in their order: the columns of `Corpus.articles`, `dated_at`, `dated_by`,
        `near_duplicates` (how many stand behind one), `score` and `snippet`."""
        known = TABLES["articles"].schema
        schema: dict[str, Any] = {name: known.get(name, pl.Int64) for name in Article.columns()}
        schema |= {"dated_at": known["published_at"], "dated_by": pl.String, "near_duplicates": pl.Int64}
        rows = [
            hit.article.as_dict()
            | {"dated_at": hit.article.dated_at, "dated_by": hit.article.dated_by, "near_duplicates": len(hit.others)}
            | {"score": hit.score, "snippet": hit.snippet}
            for hit in self.hits
        ]
        return pl.DataFrame(rows, schema=schema | {"score": pl.Float64, "snippet": pl.String}, orient="row")

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)
