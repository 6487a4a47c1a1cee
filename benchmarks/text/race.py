"""Running the contenders side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.text.pages import Sample
from broadtape.cleaning import extract, trafilatura_engine
from broadtape.errors import NotAnArticle
from broadtape.times import iso

__all__ = ["BASE", "CONTENDERS", "OURS", "Row", "race"]

Row = dict[str, Any]
OURS, BASE = "broadtape", "trafilatura, default, metadata"


def _ours(sample: Sample) -> Row:
    try:
        article = extract(sample.html, sample.url)
    except NotAnArticle as error:
        return {"text": "", "refused": str(error)}
    published = article.published_at and iso(article.published_at)
    if published and article.published_precision == "day":
        published = published[:10]
    return {"text": article.text, "title": article.title, "authors": list(article.authors), "published": published}


CONTENDERS: dict[str, Callable[[Sample], Row]] = {
    OURS: _ours,
    BASE: lambda sample: trafilatura_engine.alone(sample.html, sample.url, fast=False),
    "trafilatura, fast, metadata": lambda sample: trafilatura_engine.alone(sample.html, sample.url, fast=True),
}


def race(pages: Iterable[Sample], contenders: Sequence[str], rounds: int) -> dict[str, list[Row]]:
    """What each contender makes of each page, and the CPU seconds it took: the least of so many rounds.

    They take turns page by page, so that a busy machine slows all of them alike.
    """
    rows: dict[str, list[Row]] = {name: [] for name in contenders}
    for page in pages:
        for name in contenders:
            seconds = []
            for _ in range(rounds):
                start = time.process_time()
                row = CONTENDERS[name](page)
                seconds.append(time.process_time() - start)
            rows[name].append({"id": page.id, "seconds": min(seconds), **row})
    return rows
