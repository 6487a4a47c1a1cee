"""Invented pages in outlets' markup, and what must come of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadtape.article import Article, Ticker
from broadtape.cleaning import extract, extractor_id
from broadtape.errors import NotAnArticle
from broadtape.site import Site

PAGES = Path(__file__).parent / "pages"
URL = "https://www.tapewire.example/news/earnings/26/03/41000012/harrow-copper-lifts-dividend?utm_source=x"


def newsdesk(**changes: str) -> Article:
    html = (PAGES / "newsdesk.html").read_text("utf-8")
    for old, new in changes.items():
        html = html.replace(old, new)
    return extract(html.encode(), URL, fetched_at=datetime(2026, 3, 13, tzinfo=UTC))


def story(body: str, head: str = "") -> str:
    top = f"<html><head><title>T</title>{head}</head>"
    return f"{top}<body><article><h1>A headline of some length</h1>{body}</article></body></html>"


PARAGRAPHS = "".join(
    f"<p>Paragraph number {n} says that the index rose by {n} percent, analysts at the bank wrote in a note.</p>"
    for n in range(1, 7)
)


def test_the_story_and_nothing_else() -> None:
    assert newsdesk().text == (PAGES / "newsdesk.txt").read_text("utf-8").rstrip("\n")


def test_what_the_page_says_of_the_story() -> None:
    article = newsdesk()
    assert article.title == "Harrow Copper Lifts Dividend After Record Quarter"
    assert article.authors == ("Ada Quill", "Tom Reed")
    assert article.published_at == datetime(2026, 3, 12, 18, 5, 9, tzinfo=UTC)
    assert (article.published_precision, article.published_source) == ("second", "json-ld")
    assert article.published_raw == "2026-03-12T14:05:09-04:00"
    assert article.modified_at == datetime(2026, 3, 12, 19, tzinfo=UTC)
    assert (article.language, article.section, article.tags) == ("en", "Earnings", ("Copper", "Dividends"))
    assert article.url.endswith("/harrow-copper-lifts-dividend")
    assert article.canonical_url == article.url
    assert article.extractor == extractor_id()


def test_tickers_are_those_the_page_names() -> None:
    assert newsdesk().tickers == (Ticker("HRCP", "NYSE", "text"), Ticker("HRCP.A", "NYSE", "text"))


def test_every_line_taken_out_is_told_with_its_rule() -> None:
    removed = {(r.line, r.rule) for r in newsdesk().removed}
    assert ("See Also: Smelters Brace For A Long Summer As Treatment Charges Sink", "see_also") in removed
    assert ("Photo courtesy: Shutterstock", "photo_credit") in removed
    assert any("Read Next" in line for line, _ in removed)


def test_a_page_whose_charset_lies() -> None:
    article = extract(
        (PAGES / "boersenblatt.html").read_bytes(),
        "https://www.kontorblatt.example/nordwerft",
        content_type="text/html; charset=iso-8859-1",
    )
    assert article.title == "Nordwerft erhöht Prognose"
    assert article.language == "de"
    assert article.authors == ("Jutta Bergmann",)
    assert article.published_at == datetime(2026, 2, 3, 7, 15, tzinfo=UTC)
    assert len(article.paragraphs) == 4
    assert article.paragraphs[1].startswith("„Wir sehen Nachfrage aus allen Regionen“")
    assert article.paragraphs[-1].startswith("An der Börse gewann")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1252", "utf-8-sig"])
def test_charsets(charset: str) -> None:
    declared = "" if charset.startswith("utf-16") else f'<meta charset="{charset.removesuffix("-sig")}">'
    page = story(PARAGRAPHS + "<p>Der Kurs der Börse fiel gestern überraschend, wie Händler berichteten.</p>", declared)
    assert "überraschend" in (extract(page.encode(charset), "https://e.example/a").text or "")


def test_a_time_without_offset_is_a_day_unless_the_outlet_keeps_one_time() -> None:
    page = story(PARAGRAPHS, '<meta property="article:published_time" content="2026-02-03 08:15:00">')
    plain = extract(page, "https://e.example/a")
    assert (plain.published_at, plain.published_precision) == (datetime(2026, 2, 3, tzinfo=UTC), "day")
    site = Site(name="e", title="E", homepage="https://e.example/", hosts=("e.example",), country="DE")
    known = extract(page, "https://e.example/a", site=site)
    assert (known.published_at, known.published_precision) == (datetime(2026, 2, 3, 7, 15, tzinfo=UTC), "second")


def test_no_date_from_the_future() -> None:
    page = story(PARAGRAPHS, '<meta property="article:published_time" content="2031-02-03T08:15:00Z">')
    assert extract(page, "https://e.example/a", fetched_at=datetime(2026, 1, 1, tzinfo=UTC)).published_at is None


def test_a_body_in_json_where_the_dom_has_none() -> None:
    body = "\\n\\n".join(f"Sentence {n} of the story that only the script carries, said the company." for n in range(9))
    page = story(
        "<p>Loading the story.</p>",
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"H","articleBody":"{body}"}}</script>',
    )
    assert len(extract(page, "https://e.example/a").paragraphs) == 9


def test_a_story_carried_twice_is_kept_once() -> None:
    page = story(f"<div>{PARAGRAPHS}</div><div class='print'>{PARAGRAPHS}</div>")
    assert len(extract(page, "https://e.example/a").paragraphs) == 6


def test_selectors_narrow_only_while_the_result_is_whole() -> None:
    page = story(f"<div class='lead'><p>{'A lead of one sentence. ' * 5}</p></div><div class='rest'>{PARAGRAPHS}</div>")
    site = Site(
        name="e", title="E", homepage="https://e.example/", hosts=("e.example",),
        selectors={"body": [".lead"], "drop": [".none"]},
    )  # fmt: skip
    assert len(extract(page, "https://e.example/a", site=site).paragraphs) == 7


def test_marks() -> None:
    page = story(
        PARAGRAPHS
        + "<p>This article was generated by our automated content engine and reviewed by an editor.</p>"
        + "<p>The author has no position in any of the stocks mentioned.</p>"
        + "<p>This story originally appeared on Ledger Daily.</p>"
        + "<p>Subscribe to continue reading this story.</p>"
    )
    article = extract(page, "https://e.example/a")
    assert article.machine_generated
    assert article.disclosure == "The author has no position in any of the stocks mentioned."
    assert article.syndicated_from == "Ledger Daily"
    assert article.paywalled is True
    assert len(article.paragraphs) == 6


def test_the_same_bytes_give_the_same_article_in_any_order() -> None:
    pages = [(PAGES / name).read_bytes() for name in ("newsdesk.html", "boersenblatt.html")]
    pages += [
        story(PARAGRAPHS + f"<p>{n} more were sold than in the year before, the ministry said.</p>").encode()
        for n in range(8)
    ]
    when = datetime(2026, 3, 13, tzinfo=UTC)
    first = {page: extract(page, URL, fetched_at=when) for page in pages}
    shuffled = pages * 5
    random.Random(7).shuffle(shuffled)
    assert all(extract(page, URL, fetched_at=when) == first[page] for page in shuffled)


def test_extractor_id_names_the_rules() -> None:
    site = Site(name="e", title="E", homepage="https://e.example/", hosts=("e.example",))
    other = site.model_copy(update={"keep": ("x",)})
    assert extractor_id() != extractor_id(site) != extractor_id(other)
    assert extractor_id(site) == extractor_id(site.model_copy())


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"\x00" * 500, "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "not_html"),
        (b'{"status": "ok"}', "not_html"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "not_html"),
        (b"<b>" * 4_000_000, "too_large"),
        (b"<p>" * 300_000, "too_large"),
        (b"<html><body>" + b"<div>" * 100_000 + b"text", "too_deep"),
        (b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(1_000_000)) + b">x", "too_large"),
        (b"<html><head><title>Just a moment...</title></head><body><p>Wait a little.</p>", "challenge"),
        (b"<html><body><p>Please enable JS and disable any ad blocker</p></body></html>", "challenge"),
        (b"<body><div role=dialog><p>We value your privacy</p><p>Accept all cookies</p></div>", "consent"),
        (b"<head><title>404 Not Found</title></head><body><h1>Oops</h1><p>The page is gone.</p>", "soft_404"),
        (b"<html><frameset><frame src='a'></frameset></html>", "no_text"),
        (b"<html><body></body></html>", "no_text"),
    ],
)  # fmt: skip
def test_what_is_no_article(page: bytes, reason: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        extract(page, "https://e.example/a")
    assert refused.value.reason == reason


def test_no_body_element_and_nul_bytes_do_no_harm() -> None:
    page = "<title>T</title>" + PARAGRAPHS.replace("Paragraph", "Para\x00graph")
    assert len(extract(page.encode(), "https://e.example/a").paragraphs) == 6


def test_deep_but_bearable_nesting_is_read() -> None:
    page = "<html><body>" + "<div>" * 600 + PARAGRAPHS
    assert len(extract(page, "https://e.example/a").paragraphs) == 6


@pytest.mark.parametrize("meta", ["", "<meta charset='utf-8'>"])
def test_a_few_accents_of_a_western_page_without_a_true_charset(meta: str) -> None:
    said = "Ünal “the owner” put the price at €40 – naïve, others called it, and that was that for the day."
    html = f"<html lang='en-GB'><head>{meta}<title>A price</title></head><body><h1>A price</h1><p>{said}</p>"
    assert said in extract(html.encode("cp1252"), URL).paragraphs
