"""What Python shows of an article and of a corpus by itself: readable, and harmless whatever the page wrote."""

from __future__ import annotations

from corpus_samples import MemoryTables, at, row
from lxml import html

from broadtape import Article
from broadtape.article import Ticker
from broadtape.corpus import Corpus

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_an_article_is_one_line() -> None:
    article = Article(
        url="https://www.ledger.example/a",
        site="ledger",
        title="Widget\nraises \u202eoutlook",
        published_at=at(0),
        published_precision="minute",
        revision=2,
        word_count=1_061,
    )
    assert repr(article) == "<Article 'Widget raises outlook', ledger, 2026-03-01 12:00 UTC, revision 2, 1,061 words>"
    assert repr(Article(url="https://www.ledger.example/a")) == "<Article 'https://www.ledger.example/a'>"
    assert len(repr(Article(url="u", title="w" * 5_000))) < 120


def test_an_article_that_nobody_dates_says_what_its_time_rests_on() -> None:
    listed = Article(url="u", title="T", first_listed_at=at(0), fetched_at=at(9))
    assert repr(listed) == "<Article 'T', 2026-03-01 12:00 UTC (first listed)>"
    assert (listed.dated_at, listed.dated_by) == (at(0), "listed")
    assert Article(url="u", fetched_at=at(9)).dated_by == "fetched"
    assert Article(url="u").dated_at is None


def test_a_card_shows_what_a_page_wrote_and_runs_none_of_it() -> None:
    article = Article(
        url="javascript:alert(1)",
        site="ledger",
        title=ATTACK,
        text=f"{ATTACK}\n\nSecond.",
        authors=(ATTACK,),
        tickers=(Ticker("WDG", "NYSE", "text"),),
        fetched_at=at(0),
    )
    card = html.fromstring(article._repr_html_())
    assert card.xpath("//script | //img | //a") == []
    assert ATTACK in card.text_content()
    assert "NYSE:WDG" in card.text_content()
    (link,) = html.fromstring(Article(url='https://www.ledger.example/?a="b"', title="T")._repr_html_()).xpath("//a")
    assert link.get("href") == 'https://www.ledger.example/?a="b"'


def test_a_corpus_shows_what_it_holds_since_when_and_where_nothing_is() -> None:
    day = 24 * 60
    polls = [{"site": "paper", "outcome": "polled", "recorded_at": at(n * day)} for n in (0, 1)]
    rows = [row("a"), row("b", published_at=None, fetched_at=at(30)), row("c", site=f"wire {ATTACK}")]
    card = html.fromstring(Corpus(MemoryTables(rows, captures=polls))._repr_html_())
    assert card.xpath("//script | //img") == []
    paper, wire = ([cell.text_content() for cell in line.xpath("td")] for line in card.xpath("//tbody/tr"))
    assert paper[:5] == ["paper", "2", "2026-03-01", "2026-03-01", "1"]
    assert int(paper[5]) > 200, "nobody looked since"
    assert wire[1:] == ["1", "2026-03-01", "2026-03-01", "0", "0", "0"]
    assert "1 have no time of publication" in card.text_content()
    assert html.fromstring(Corpus(MemoryTables())._repr_html_()).text_content().startswith("0 articles of 0 outlets")
