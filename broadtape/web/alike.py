"""Stories with nearly the same text as one entry of a list: the earliest, and the others for whoever asks for them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from broadtape.article import Article
from broadtape.corpus.reading.filters import Narrowing
from broadtape.web.snapshot_cache import CachedView

__all__ = ["COLUMNS", "folds_of", "with_alike"]

COLUMNS = (*Article.listed(), "first_listed_at")
"""What lists show of a story."""
_OTHERS = 20
"""Shown behind one entry at the most; its own page has them all."""


def folds_of(view: CachedView, filters: Narrowing) -> Mapping[str, tuple[str, ...]]:
    """Of the stories that pass the filters: the earliest of those that are alike → the others, earliest first."""

    def found() -> dict[str, tuple[str, ...]]:
        alike = view.corpus.near_duplicates(**filters)
        return {name: tuple(others) for name, others in alike.iter_rows()}

    return view.remember(("folds", *sorted(filters.items())), found)


def with_alike(
    view: CachedView, rows: list[dict[str, Any]], others: Mapping[str, Sequence[str]], filters: Narrowing
) -> list[dict[str, Any]]:
    """The rows, each with those that stand behind it (`alike`) and how many these are (`alike_count`)."""
    shown = {row["article_id"]: others.get(row["article_id"], ())[:_OTHERS] for row in rows}
    ids = set(itertools.chain.from_iterable(shown.values()))
    moment: Narrowing = {"as_of": filters.get("as_of"), "clock": filters.get("clock", "archived")}
    found = {each.article_id: each for each in view.corpus.with_ids(ids, columns=COLUMNS, **moment)} if ids else {}
    return [
        row
        | {
            "alike": [found[name] for name in shown[row["article_id"]] if name in found],
            "alike_count": len(others.get(row["article_id"], ())),
        }
        for row in rows
    ]
