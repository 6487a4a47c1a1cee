"""The notebook, run cell by cell over the newsroom's stories as a crawl every few minutes would have archived them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from broadtape import Article
from broadtape.archive import Archive
from broadtape.article import Ticker
from broadtape.urls import article_id
from examples.newsroom import Expected, Newsroom

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "notebooks" / "event_study.ipynb"


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


def test_it_runs_and_looks_at_nothing_before_its_time(
    newsroom_archive: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROADTAPE_ARCHIVE", newsroom_archive)
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    names: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{NOTEBOOK.name} {cell['id']}", "exec"), names)
            assert cell["outputs"] == [], "a notebook is committed without what it printed"
    told = capsys.readouterr().out
    assert "basis points, standard error" in told
    assert "Nothing was used before it could be known." in told
    events = names["events"]
    assert events.height > 10  # type: ignore[attr-defined]
    corpus = names["corpus"]
    assert corpus.sql("SELECT max(revision) FROM revisions").item() == 2, "a correction was there to be mistaken"  # type: ignore[attr-defined]
