"""What an answer is made of: the same by the index's lists as by the rows themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from corpus_samples import FolderTables, at, row

from broadtape.corpus import Corpus
from broadtape.corpus.facets import facets_of
from broadtape.corpus.fulltext import update_index

NYSE = {"symbol": "AAA", "exchange": "NYSE", "evidence": "text"}
BARE = {"symbol": "BBB", "exchange": None, "evidence": "cashtag"}
DAY = 24 * 60


@pytest.fixture(params=["index", "no index"])
def corpus(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """Four stories, one of them revised after the index was first made, another undated."""
    made = FolderTables.at(tmp_path)
    told = {"text": "orders", "language": "en", "section": "Markets", "tickers": [NYSE, BARE]}
    made.append("articles", [row("a", **told), row("b", **(told | {"section": "markets", "language": "de"}))])
    made.append("articles", [row("c", **(told | {"section": "MARKETS", "tickers": [NYSE], "site": "wire"}))])
    made.append("articles", [row("d", text="weather", published_at=None, fetched_at=at(DAY))])
    if request.param == "index":
        update_index(made, run="m")
    made.append("articles", [row("a", **(told | {"tickers": [BARE]}), fetched_at=at(60), archived_at=at(70))])
    if request.param == "index":
        update_index(made, run="m")
    else:
        monkeypatch.setattr("broadtape.corpus.fulltext.opened._TAIL", 0)
    return Corpus(made)


def test_stories_are_counted_by_what_they_are(corpus: Corpus) -> None:
    found = facets_of(corpus)
    assert found.values == {
        "site": [("paper", 3), ("wire", 1)],
        "language": [("en", 2), ("de", 1)],
        "section": [("MARKETS", 3)],
        "ticker": [("AAA", 2), ("BBB", 2)],
    }
    assert sum(count for _, count in found.days) == 4
    assert (date(2026, 3, 2), 1) in found.days


@pytest.mark.parametrize(
    ("filters", "sites"),
    [
        ({"ticker": "NYSE:AAA"}, [("paper", 1), ("wire", 1)]),
        ({"section": "markets", "language": "de"}, [("paper", 1)]),
        ({"ticker": "AAA", "as_of": at(65)}, [("paper", 2), ("wire", 1)]),
        ({"site": "wire", "dated_only": True}, [("wire", 1)]),
    ],
)
def test_filters_narrow_them(corpus: Corpus, filters: dict[str, Any], sites: list[tuple[str, int]]) -> None:
    assert facets_of(corpus, **filters).values["site"] == sites
