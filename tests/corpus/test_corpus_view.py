"""Which row of an article a reader sees, held against a plain model of the rules over random histories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from unittest import mock

import pytest
from corpus_samples import MemoryTables, at, row
from hypothesis import given, settings
from hypothesis import strategies as st

from broadtape.corpus import Corpus
from broadtape.corpus.reading import plan
from tests.examples import examples

Row = Mapping[str, Any]


def model(
    rows: Iterable[Row], depth: str = "current", as_of: datetime | None = None, clock: str = "archived"
) -> list[tuple[Row, int]]:
    """The rules, one article and one row at a time: (row, revision)."""
    articles: dict[str, dict[datetime, dict[str, Row]]] = {}
    for each in rows:
        if as_of is not None and each[f"{clock}_at"] > as_of:
            continue
        editions = articles.setdefault(each["article_id"], {}).setdefault(each["fetched_at"], {})
        first = editions.get(each["extractor"])
        if first is None or each["archived_at"] < first["archived_at"]:
            editions[each["extractor"]] = each
    seen = []
    for fetches in articles.values():
        for revision, fetched_at in enumerate(sorted(fetches), start=1):
            editions = sorted(fetches[fetched_at].values(), key=lambda e: (e["archived_at"], e["extractor"]))
            if depth == "editions":
                seen += [(edition, revision) for edition in editions]
            elif depth == "revisions" or revision == len(fetches):
                seen.append((editions[-1], revision))
    return seen


@st.composite
def histories(draw: st.DrawFn) -> list[list[dict[str, Any]]]:
    """Commits, each of rows of few articles, fetches and extractors, so that they meet often."""
    sizes = draw(st.lists(st.integers(0, 5), min_size=1, max_size=6))
    history = []
    for number, size in enumerate(sizes):
        commit = {}
        for _ in range(size):
            article = draw(st.sampled_from("abc"))
            fetched_at, extractor = at(draw(st.integers(0, 4)) * 20_000), draw(st.sampled_from(["x/1", "x/2", "x/3"]))
            commit[article, fetched_at, extractor] = row(
                article,
                site={"a": "paper", "b": "paper", "c": "wire"}[article],
                fetched_at=fetched_at,
                extractor=extractor,
                archived_at=at(30_000 + number * 10_000),
                published_at=draw(st.sampled_from([None, at(0), at(5), at(40_000)])),
                first_listed_at=draw(st.sampled_from([None, at(-7), at(5), at(90_000)])),
                language=draw(st.sampled_from([None, "en", "de"])),
                section=draw(st.sampled_from([None, "Markets", "markets", "Tech"])),
                tickers=draw(st.sampled_from([None, [], [{"symbol": "ABC", "exchange": "NYSE", "evidence": "text"}]])),
                text=f"{article} {number} {draw(st.integers(0, 99))}",
            )
        history.append(list(commit.values()))
    return history


def identity(each: Row, revision: int | None) -> tuple[Any, ...]:
    return each["article_id"], each["fetched_at"], each["extractor"], each["archived_at"], each["text"], revision


def answer(corpus: Corpus, **filters: Any) -> list[tuple[Any, ...]]:
    return [identity(article.as_dict(), article.revision) for article in corpus.articles(**filters)]


def goes_by(each: Row, by: str) -> datetime:
    """The publication, else when it was first seen."""
    if by == "fetched" or each["published_at"] is None:
        seen = [each["fetched_at"], each["first_listed_at"]]
        return min(filter(None, seen[:1] if by == "fetched" else seen))
    found: datetime = each["published_at"]
    return found


def expected(seen: Iterable[tuple[Row, int]], by: str = "published") -> list[tuple[Any, ...]]:
    def order(pair: tuple[Row, int]) -> tuple[Any, ...]:
        moment = goes_by(pair[0], by)
        rest = [pair[0][name] for name in ("article_id", "fetched_at", "extractor", "archived_at")]
        return (moment, *rest)

    return [identity(*pair) for pair in sorted(seen, key=order)]


@settings(deadline=None, max_examples=examples(20))
@given(histories(), st.sampled_from(["current", "revisions", "editions"]))
def test_every_depth_is_as_the_rules_say(history: list[list[Row]], depth: str) -> None:
    rows = [each for commit in history for each in commit]
    corpus = Corpus(MemoryTables(rows))
    filters = {} if depth == "current" else {depth: True}
    assert answer(corpus, **filters) == expected(model(rows, depth))


@settings(deadline=None, max_examples=examples(20))
@given(histories())
def test_as_of_a_commit_is_what_was_read_after_it(history: list[list[Row]]) -> None:
    corpus = Corpus(MemoryTables([each for commit in history for each in commit]))
    for number in range(len(history)):
        archived_then = [each for commit in history[: number + 1] for each in commit]
        then = Corpus(MemoryTables(archived_then))
        as_of = at(30_000 + number * 10_000)
        assert answer(corpus, as_of=as_of) == answer(then)
        assert answer(corpus, as_of=as_of, revisions=True) == answer(then, revisions=True)


@settings(deadline=None, max_examples=examples(20))
@given(histories(), st.integers(0, 4))
def test_as_of_by_the_fetched_clock_is_what_the_world_could_read(history: list[list[Row]], fetch: int) -> None:
    rows = [each for commit in history for each in commit]
    as_of = at(fetch * 20_000)
    assert answer(Corpus(MemoryTables(rows)), as_of=as_of, clock="fetched") == expected(
        model(rows, as_of=as_of, clock="fetched")
    )


@settings(deadline=None, max_examples=examples(20))
@given(
    histories(),
    st.fixed_dictionaries(
        {},
        optional={
            "site": st.sampled_from(["paper", "wire", "nobody"]),
            "ticker": st.sampled_from(["abc", "NYSE:ABC", "NASDAQ:ABC"]),
            "language": st.sampled_from(["en", "de"]),
            "section": st.just("MARKETS"),
            "since": st.sampled_from([at(0), at(5), at(20_000)]),
            "until": st.sampled_from([at(20_000), at(40_000), at(40_001)]),
            "by": st.sampled_from(["published", "fetched"]),
            "dated_only": st.booleans(),
            "revisions": st.booleans(),
            "as_of": st.integers(0, 6).map(lambda n: at(30_000 + n * 10_000)),
            "limit": st.integers(0, 3),
        },
    ),
    st.sampled_from([(1, 2), (2, 1), (1, 3), (1000, 1000)]),
)
def test_filters_see_the_chosen_rows_alone(
    history: list[list[Row]], filters: dict[str, Any], parts: tuple[int, int]
) -> None:
    rows = [each for commit in history for each in commit]
    depth = "revisions" if filters.get("revisions") else "current"
    kept = [pair for pair in model(rows, depth, filters.get("as_of")) if passes(pair[0], filters)]
    wanted = expected(kept, filters.get("by", "published"))[: filters.get("limit")]
    corpus = Corpus(MemoryTables(rows), outlets=["paper", "wire", "nobody"])
    with mock.patch.multiple(plan, _FIRST_PART=parts[0], _PART=parts[1]):
        assert answer(corpus, **filters) == wanted
    framed = corpus.frame(**filters).collect()
    assert sorted(identity(each, each["revision"]) for each in framed.to_dicts()) == sorted(wanted)
    assert corpus.undated(**filters) == framed["published_at"].null_count()


def passes(each: Row, filters: Mapping[str, Any]) -> bool:
    moment = goes_by(each, filters.get("by", "published"))
    exchange, _, symbol = filters.get("ticker", "").upper().rpartition(":")
    return all(
        (
            filters.get("site", each["site"]) == each["site"],
            not filters.get("dated_only") or each["published_at"] is not None,
            filters.get("language", each["language"]) == each["language"],
            "section" not in filters or (each["section"] or "").lower() == filters["section"].lower(),
            "since" not in filters or moment >= filters["since"],
            "until" not in filters or moment < filters["until"],
            "ticker" not in filters
            or any(t["symbol"] == symbol and exchange in ("", t["exchange"]) for t in each["tickers"] or ()),
        )
    )


def test_a_row_written_again_is_the_one_row_archived_first() -> None:
    twice = [row(archived_at=at(60), text="first"), row(archived_at=at(90), text="again")]
    (article,) = Corpus(MemoryTables(twice)).articles()
    assert (article.text, article.archived_at, article.revision) == ("first", at(60), 1)


def test_a_better_cleaning_is_no_revision() -> None:
    rows = [row(), row(extractor="broadtape-0.2.0/bbbb", archived_at=at(900), text="Cleaner.")]
    corpus = Corpus(MemoryTables(rows))
    assert [(a.text, a.revision) for a in corpus.articles()] == [("Cleaner.", 1)]
    assert [a.revision for a in corpus.articles(editions=True)] == [1, 1]
    assert [a.text for a in corpus.articles(as_of=at(899))] == [rows[0]["text"]]


def test_a_backfilled_earlier_text_becomes_the_first_revision() -> None:
    rows = [row(fetched_at=at(600), archived_at=at(601)), row(fetched_at=at(10), archived_at=at(5000), text="Old.")]
    corpus = Corpus(MemoryTables(rows))
    assert [(a.fetched_at, a.revision) for a in corpus.articles(revisions=True)] == [(at(10), 1), (at(600), 2)]
    assert [a.revision for a in corpus.articles(as_of=at(601))] == [1]


def test_a_claimed_publication_admits_nothing() -> None:
    corpus = Corpus(MemoryTables([row(published_at=at(0), fetched_at=at(500), archived_at=at(510))]))
    clocks: tuple[Literal["archived", "fetched"], ...] = ("archived", "fetched")
    assert [list(corpus.articles(as_of=at(499), clock=clock)) for clock in clocks] == [[], []]


def test_what_was_forgotten_is_in_no_answer() -> None:
    tables = MemoryTables(
        [row("a"), row("b")], decisions=[{"decision": "forget", "article_id": "a", "decided_at": at(80)}]
    )
    corpus = Corpus(tables)
    for filters in ({}, {"as_of": at(70)}, {"revisions": True}, {"url": "https://www.example.com/a"}):
        assert "a" not in [article.article_id for article in corpus.articles(**filters)]


@pytest.mark.parametrize("depth", ["current", "revisions", "editions"])
def test_an_empty_archive_answers_with_nothing(depth: str) -> None:
    corpus = Corpus(MemoryTables())
    assert list(corpus.articles(**{depth: True} if depth != "current" else {})) == []
    assert corpus.frame().collect().is_empty()
    assert corpus.outlets() == []
    assert corpus.coverage().is_empty()
