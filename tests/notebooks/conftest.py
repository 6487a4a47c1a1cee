"""The notebooks, run cell by cell over the newsroom's stories as a crawl every few minutes would have archived them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from broadtape import Article
from broadtape.archive import Archive
from broadtape.article import Ticker
from broadtape.urls import article_id
from examples.newsroom import Expected, Newsroom

NOTEBOOKS = Path(__file__).resolve().parents[2] / "examples" / "notebooks"


@pytest.fixture
def newsroom_archive(tmp_path: Path) -> str:
    with Newsroom(ports="any", faults=False) as room:
        first, second = ([_article(expected) for expected in room.expected(edition)] for edition in (1, 2))
    # Corrections were seen an hour later.
    known = {article.url: article.text for article in first}
    changed = [
        replace(article, fetched_at=article.fetched_at + timedelta(hours=1))
        for article in second
        if article.fetched_at and known.get(article.url, "") != article.text
    ]
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    sites = sorted({article.site or "" for article in first})
    leases = [archive.lease(site, run="r") for site in sites]
    for batch in (first, changed):
        archive.commit(articles=batch, captures=[], leases=leases)
    for lease in leases:
        lease.release()
    return archive.uri


def _article(expected: Expected) -> Article:
    named = [ticker.split(": ") for ticker in expected.tickers]
    return Article(
        url=expected.url,
        site=expected.outlet,
        article_id=article_id(expected.outlet, expected.url),
        title=expected.title,
        text="\n\n".join(expected.paragraphs),
        published_at=expected.published,
        tickers=tuple(Ticker(symbol, exchange, "text") for exchange, symbol in named),
        fetched_at=expected.published + timedelta(minutes=4),
        extractor="broadtape-0.1.0/aaaa",
    )


Run = Callable[[str], dict[str, Any]]


@pytest.fixture
def run_notebook(newsroom_archive: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a notebook over the archive; what its names are bound to in the end."""
    monkeypatch.setenv("BROADTAPE_ARCHIVE", newsroom_archive)

    def run(name: str) -> dict[str, Any]:
        names: dict[str, Any] = {}
        for cell in json.loads((NOTEBOOKS / name).read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), f"{name} {cell['id']}", "exec"), names)
                assert cell["outputs"] == [], "a notebook is committed without what it printed"
        return names

    return run
