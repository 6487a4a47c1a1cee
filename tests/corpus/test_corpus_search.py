"""Searching: what is found, as of when, and what is said of what was not searched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from corpus_samples import FolderTables, at, row
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadtape.article import Article
from broadtape.corpus import Corpus
from broadtape.corpus.fulltext import update_index, word_places
from broadtape.corpus.fulltext.analysis import PLAIN, STEMMED, analyzer
from broadtape.corpus.fulltext.snippets import snippet_of
from broadtape.corpus.fulltext.syntax import Words
from broadtape.errors import UsageError

STORIES = [
    row("a", title="Fed holds rates", text="The central bank left its rate unchanged.\n\nMarkets had expected a cut.",
        language="en", section="Markets", authors=["Dana Whitlock"], published_at=at(0)),
    row("b", title="Rate cut in Prague", text="The Czech bank cut its rate by 25 basis points to AT&T's surprise.",
        language="en", tickers=[{"symbol": "ABC", "exchange": "NYSE", "evidence": "text"}], published_at=at(5)),
    row("c", title="Sparer hoffen", text="Die Sparkassen in Zürich senken die Gebühren für ihre Kunden.", language="de",
        site="blatt", published_at=at(10)),
    row("d", title="日銀が利上げ", text="日本銀行は金融政策決定会合で追加利上げを決めた。NASDAQ上場の企業も反応した。",
        language="ja", site="shimbun", published_at=at(20)),
    row("e", title="No text kept", text=None, summary="Only what the feed says.", language=None, published_at=None),
]  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module", params=["index", "no index"])
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The stories, in an index or read for the search: the same must be found."""
    archive = FolderTables.at(tmp_path_factory.mktemp("stories"))
    archive.append("articles", STORIES)
    if request.param == "index":
        update_index(archive, run="m")
    return Corpus(archive)


def found(corpus: Corpus, query: str, **asked: Any) -> str:
    results = corpus.search(query, **asked)
    assert results.total == len(results.hits)
    assert results.notice is None
    return "".join(sorted(hit.article.article_id or "" for hit in results.hits))


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("rate", "ab"),
        ("rates cut", "ab"),
        ("rate cut -fed", "b"),
        ("cut NOT title:cut", "a"),
        ("prague OR sparkasse", "bc"),
        ("(prague OR gebühr) bank", "b"),
        ('"rate cut"', "b"),
        ('"cut rate"', ""),
        ("“basis points”", "b"),
        ("AT&T", "b"),
        ("unchang*", "a"),
        ("central-ban*", "a"),
        ("banks-lef*", "a"),
        ("title:rate", "ab"),
        ("ticker:nyse:abc", "b"),
        ("ticker:ABC", "b"),
        ("site:blatt", "c"),
        ("author:whitlock", "a"),
        ("section:markets", "a"),
        ("language:ja", "d"),
        ("zurich", "c"),
        ("kunde", "c"),
        ("利上げ", "d"),
        ("利", "d"),
        ("追加利上げ", "d"),
        ("利下げ", ""),
        ("nasdaq 日本銀行", "d"),
        ("*", "abcde"),
        ("-rate", "cde"),
        ("kept", "e"),
    ],
)
def test_what_is_asked_for_is_found(corpus: Corpus, query: str, ids: str) -> None:
    assert found(corpus, query) == ids


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"site": "paper"}, "ab"),
        ({"ticker": "NYSE:ABC"}, "b"),
        ({"language": ["de", "en"]}, "ab"),
        ({"section": "markets"}, "a"),
        ({"since": at(5)}, "b"),
        ({"until": at(5)}, "a"),
        ({"url": "https://www.example.com/a"}, "a"),
        ({"as_of": at(59)}, ""),
        ({"as_of": at(60)}, "ab"),
        ({"as_of": at(30), "clock": "fetched"}, "ab"),
        ({"as_of": at(29), "clock": "fetched"}, ""),
    ],
)
def test_filters_mean_what_they_mean_to_read(corpus: Corpus, filters: dict[str, Any], ids: str) -> None:
    assert found(corpus, "rate", **filters) == ids


def test_what_nobody_dates_goes_by_when_it_was_first_seen(corpus: Corpus) -> None:
    late = corpus.search("*", since=at(15))
    assert sorted(hit.article.article_id or "" for hit in late) == ["d", "e"]
    assert late.undated == 1
    assert [hit.article.article_id for hit in corpus.search("*", since=at(15), dated_only=True)] == ["d"]
    assert corpus.search("*").undated == 0, "no time was asked about"


def test_an_author_is_found_by_name_alone(corpus: Corpus) -> None:
    assert found(corpus, "dana whitlock") == "a"
    assert found(corpus, "whitlock markets") == "a"
    assert found(corpus, "rate -whitlock") == "b"


def test_a_page_of_hits(corpus: Corpus) -> None:
    newest = corpus.search("*", sort="newest", limit=2)
    assert [hit.article.article_id for hit in newest] == ["e", "d"], "one that nobody dates was fetched last"
    assert (newest.total, newest.undated) == (5, 1)
    assert [hit.article.article_id for hit in corpus.search("*", sort="newest", limit=3, offset=2)] == ["c", "b", "a"]
    assert corpus.search("*", limit=0).hits == ()
    best = corpus.search("rate cut").hits
    assert [hit.article.article_id for hit in best] == ["b", "a"]
    assert best[0].score > best[1].score


def test_a_hit_is_the_article_as_it_was_archived(corpus: Corpus) -> None:
    (hit,) = corpus.search("prague").hits
    (read,) = corpus.articles(ticker="ABC")
    assert hit.article == read


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("cutting", ["cut"]),
        ('"central bank" rates', ["central bank", "rate"]),
        ("mark*", ["Markets"]),
        ("決定会合", ["決定会合"]),
        ("利", ["利上"]),
        ("kunden zürich", ["Zürich", "Kunden"]),
    ],
)
def test_the_words_are_marked(corpus: Corpus, query: str, marked: list[str]) -> None:
    hit = corpus.search(query, until=at(15) if query == "cutting" else None, site=None).hits[-1]
    assert [hit.snippet[first:last] for first, last in hit.highlights] == marked


def test_a_snippet_is_one_line_of_the_place_that_was_found(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    text = "\n\n".join(f"Paragraph {n} says nothing of note to anybody at all." for n in range(40))
    archive.append("articles", [row("a", text=f"{text}\n\nAt last the walrus speaks. {text}", language="en")])
    (hit,) = Corpus(archive).search("walrus").hits
    assert hit.snippet.startswith("… At last the walrus speaks. Paragraph 0")
    assert hit.snippet.endswith(" …")
    assert len(hit.snippet) < 260
    assert "\n" not in hit.snippet
    (plain,) = Corpus(archive).search("walrus", snippets=False).hits
    assert (plain.snippet, plain.highlights) == ("", ())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "nothing to search for"),
        ("   ", "nothing to search for"),
        ('rate "cut', "quotation mark at character 6 that is never closed"),
        ("(rate", "'(' at character 1 that is never closed"),
        ("rate)", "')' at character 5 that closes nothing"),
        ("rate AND", "ends where a word was expected"),
        ("OR rate", "'OR' at character 1"),
        ("titel:rate", "Did you mean 'title'?"),
        ("&&&", "holds no word"),
        ("a*", "too short"),
        ("site:pap*", "write the whole name"),
        ("(" * 30 + "a" + ")" * 30, "nests more than"),
        ("word " * 100, "more than 64"),
        ("x" * 2000, "1,000 at the most"),
    ],
)
def test_what_means_nothing_is_told(corpus: Corpus, query: str, said: str) -> None:
    with pytest.raises(UsageError) as told:
        corpus.search(query)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


_HOSTILE = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(["(", ")", '"', "-", "+", "NOT", "OR", "AND", ":", "*", "title:", "site:", "ticker:", "author:",
                         "rate", "日銀", "利", "AT&T", ".*", "[a-z]", "\\", "/", "~2", "^3", "\x00", "\u202e", "é"]),
        max_size=12,
    ).flatmap(lambda parts: st.sampled_from([" ", ""]).map(lambda gap: gap.join(parts))),
)  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    archive = FolderTables.at(tmp_path_factory.mktemp("hostile"))
    archive.append("articles", STORIES)
    corpus = Corpus(archive)
    corpus.search("*")
    return corpus


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=_HOSTILE)
def test_whatever_is_typed_finds_something_or_gets_a_sentence(small: Corpus, query: str) -> None:
    told, hits = "", []
    try:
        hits = list(small.search(query))
    except UsageError as error:
        told = str(error)
    assert told == " ".join(told.splitlines())
    for hit in hits:
        assert all(0 <= first < last <= len(hit.snippet) for first, last in hit.highlights)


@settings(max_examples=100, deadline=None)
@given(before=st.integers(0, 4_500), filler=st.sampled_from(["of note ", "unremarkable ", "x "]))
def test_a_phrase_is_marked_wherever_it_stands(before: int, filler: str) -> None:
    text = f"{(filler * before)[:before].rstrip()} grey walrus {filler * 300}"
    shown = snippet_of(Article(url="https://www.example.com/a", text=text, language="en"), [Words("grey walrus")])
    assert [shown.text[first:last] for first, last in shown.highlights] == ["grey walrus"]


def test_a_phrase_that_ends_in_an_asterisk_is_continued_by_every_word_or_refused(tmp_path: Path) -> None:
    many = " ".join(f"x-ray{number}" for number in range(17_000))
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row(f"{n:02}", text=f"An e-mail{n:02}x came.", language="en") for n in range(70)])
    archive.append("articles", [row("many", text=many, language="en")])
    assert Corpus(archive).search("e-mail*", limit=100).total == 70
    for ask in (Corpus(archive).search, Corpus(archive).tally):
        with pytest.raises(UsageError, match="write more letters before the"):
            ask("x-ray*")


_WORDS = st.text(alphabet=st.sampled_from("abegrtwxyzGEÉéßøĲĳ'’-_.·²½µΣйë… "), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(_WORDS, min_size=1, max_size=30).map(" ".join),
    sought=st.lists(st.tuples(_WORDS, st.booleans()), min_size=1, max_size=3),
    kind=st.sampled_from((*STEMMED, PLAIN)),
)
def test_the_words_that_are_analysed_are_all_that_can_be_the_ones_sought(
    text: str, sought: list[tuple[str, bool]], kind: str
) -> None:
    drawn = [Words(word, prefix=prefix) for word, prefix in sought]
    drawn += [Words(word) for word in text.split()[:3]]
    by_first_letter = set(word_places.places_of(text, kind, drawn, len(text)))
    assert by_first_letter == set(word_places.among_all(text, kind, drawn, len(text)))


@pytest.mark.parametrize("kind", [*STEMMED, PLAIN])
def test_a_term_begins_as_its_word_does(kind: str) -> None:
    begins = "".join(chr(place) for place in range(128) if chr(place).isalnum())
    ends = (
        "",
        "e",
        "en",
        "ing",
        "ying",
        "ies",
        "ement",
        "ige",
        "gende",
        "tional",
        "aux",
        "heit",
        "eerd",
        "ar",
        "mente",
    )
    words = [first + middle + end for first in begins for middle in ("a", "e", "ge", "rt", "y") for end in ends]
    terms = [token.text for token in analyzer(kind).pre_tokenize(" ".join(words)).tokens]
    allowed = word_places.PREFIXES.get(kind, "")
    told = zip(words, terms, strict=True)
    assert not [(word, term) for word, term in told if term[0] != word[0].lower() and word[0].lower() not in allowed]


def test_a_word_ends_where_the_index_says_it_does() -> None:
    safe = [chr(place) for place in range(0x3000) if re.match(f"[{word_places.AGREED}]", chr(place))]
    text = "\n".join(safe)
    tokens = {text[token.char_offset_from] for token in analyzer(PLAIN).pre_tokenize(text).tokens}
    assert tokens == {letter for letter in safe if re.match(r"[^\W_]", letter)}
