"""What is recognised by its build or its words, on invented pages: what goes, and the like of it that stays."""

from __future__ import annotations

import pytest

from broadtape.article import Article
from broadtape.cleaning import clean_text, extract

URL = "https://www.tapewire.example/news/41000013/harrow-copper"
PARAGRAPHS = "".join(
    f"<p>Paragraph number {n} says that the index rose by {n} percent, analysts at the bank wrote in a note.</p>"
    for n in range(1, 9)
)


def article(*pieces: str) -> Article:
    body = PARAGRAPHS + "".join(pieces)
    return extract(f"<html><body><article><h1>Harrow Copper lifts dividend</h1>{body}</article></body></html>", URL)


def card(headline: str, about: str = "Freight rates doubled within a week.") -> str:
    return f'<div class="c9f"><h3><a href="/x/{headline[:3]}">{headline}</a></h3><p>{about}</p></div>'


def rules_of(found: Article) -> dict[str, str]:
    return {line.line: line.rule for line in found.removed}


def test_cards_that_lead_to_other_stories_go_whole() -> None:
    found = article("<div>", card("Ferries queue off Tilbury"), card("Tin mine floods in Redruth"), "</div>")
    assert "Freight rates" not in (found.text or "")
    assert rules_of(found)["Tin mine floods in Redruth"] == "links"


def test_a_headline_inside_a_link_makes_a_card_as_well() -> None:
    linked = '<li><a href="/y"><h4>Tin mine floods in Redruth</h4><span>Markets</span></a></li>'
    assert "Redruth" not in (article("<ul>", linked, linked.replace("Redruth", "Camborne"), "</ul>").text or "")


def test_a_heading_for_screen_readers_beside_its_link_is_one_headline() -> None:
    twice = card("Ferries queue off Tilbury").replace("<a", "<span>Ferries queue off Tilbury</span><a")
    assert "Freight rates" not in (article("<div>", twice, twice, "</div>").text or "")


def test_one_small_box_is_no_list_of_cards() -> None:
    assert "Freight rates" in (article("<div>", card("Ferries queue off Tilbury"), "</div>").text or "")


def test_a_list_that_the_story_counts_off_stays() -> None:
    counted = [card(f"{n}. Lender number {n}", f"Market share: {n} percent.") for n in range(1, 6)]
    text = article("<div>", *counted, "</div>").text or ""
    assert all(f"{n}. Lender number {n}" in text for n in range(1, 6))


def test_a_story_that_consists_of_cards_is_kept() -> None:
    many = [card(f"Company {n} reports", f"Company {n} said that its sales rose by a tenth in {n}.") for n in range(40)]
    found = extract(f"<html><body><article><h1>The day's results</h1>{''.join(many)}</article></body></html>", URL)
    assert (found.text or "").count("said that its sales rose") == 40


def test_posts_embedded_from_elsewhere_are_told_apart_from_quotations() -> None:
    post = '<blockquote class="twitter-tweet"><p>Copper to the moon, all of it.</p>&mdash; A. Trader</blockquote>'
    quotation = "<blockquote><p>We shall pay the dividend, whatever copper does.</p></blockquote>"
    found = article(post, quotation)
    assert "to the moon" not in (found.text or "")
    assert "whatever copper does" in (found.text or "")
    assert "post" in rules_of(found).values()


def test_captions_without_a_figure_and_hidden_facts_go() -> None:
    picture = (
        '<div class="lead-image"><img src="m.jpg"><p>The smelter at Harrow on Monday, seen from the road.</p></div>'
    )
    facts = '<div itemprop="keywords">copper, dividends, Harrow</div><span itemprop="dateCreated">2026-03-12</span>'
    text = article(picture, facts).text or ""
    assert "smelter" not in text
    assert "dividends, Harrow" not in text
    assert "2026-03-12" not in text


def test_a_link_with_a_label_goes_and_an_address_given_to_readers_stays() -> None:
    label = '<p>Deals: <a href="/z">Redruth tin mine sold to its own miners</a></p>'
    address = '<p>Website: <a href="https://tin.example">tin.example</a></p>'
    text = article(label, address, PARAGRAPHS.replace("index", "yield")).text or ""
    assert "sold to its own miners" not in text
    assert "Website: tin.example" in text


@pytest.mark.parametrize(
    "line",
    [
        "Loading paragraph...",
        "21 mins ago11:48",
        "vor 5 Stunden",
        "Publié le 30 août 2026 à 14h52, modifié le 30 août 2026 à 15h54",
        "The Morning Tape Newsletter",
        "Dies ist eine maschinelle Übersetzung eines Artikels unserer Kollegen in London.",
        "ログインして続きを読む",
        "「国際」の最新記事一覧",
        "Source: World Bank",
    ],
)
def test_lines_that_no_story_holds_go(line: str) -> None:
    told = "The bank now expects a return on equity of nine percent, two points less than in March."
    cleaned = clean_text(f"{told}\n\n{line}\n\n{told.replace('nine', 'six')}")
    assert line not in cleaned.text
    assert [removed.line for removed in cleaned.removed] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Loading docks in Rotterdam stood idle for a third day as crane drivers walked out.",
        "Updated forecasts from the ministry put growth at 2 percent.",
        "Published in 2021, the report had warned of exactly this.",
        "Source: people close to the talks said that the bid would be raised within days.",
        "Start every day with the top job in mind, her father told her.",
        "Investors subscribe to the newsletter for its short ideas, which move prices within minutes.",
        "The index fell 3 days ago and has not recovered, traders said.",
        "Der Artikel 5 des Vertrags sieht eine Frist von drei Monaten vor.",
    ],
)
def test_sentences_that_begin_alike_stay(line: str) -> None:
    told = "The bank now expects a return on equity of nine percent, two points less than in March."
    assert line in clean_text(f"{told}\n\n{line}\n\n{told.replace('nine', 'six')}").text
