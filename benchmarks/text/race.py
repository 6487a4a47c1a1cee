"""Running the contenders side by side."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta, timezone
from typing import Any

from benchmarks.text.pages import Sample
from broadtape.article import Article
from broadtape.cleaning import extract, trafilatura_engine
from broadtape.errors import NotAnArticle
from broadtape.times import iso

__all__ = ["BASE", "CONTENDERS", "OURS", "Row", "race"]

Row = dict[str, Any]
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>[01]\d):?(?P<minutes>[0-5]\d)\s*$")
OURS, BASE = "broadtape", "trafilatura, default, metadata"


def _ours(sample: Sample) -> Row:
    try:
        article = extract(sample.html, sample.url)
    except NotAnArticle as error:
        return {"text": "", "refused": str(error)}
    facts = {"title": article.title, "authors": list(article.authors), "published": _published(article)}
    return {"text": article.text, **facts}


def _published(article: Article) -> str | None:
    """The time as the page states it: the day of one with an offset is that offset's, as in what is known of pages."""
    if article.published_at is None:
        return None
    if article.published_precision == "day":
        return iso(article.published_at)[:10]
    offset = _OFFSET.search(article.published_raw or "")
    if offset is None:
        return iso(article.published_at)
    ahead = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
    return article.published_at.astimezone(timezone(ahead if offset["sign"] == "+" else -ahead)).isoformat()


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
