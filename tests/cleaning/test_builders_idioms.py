"""What page builders make of ordinary things: cards that are links, labels beside links, questions that are buttons,
tables that say so by role, notices below a brief."""

from __future__ import annotations

import pytest
from test_furniture import LINES, URL, article
from test_story_root import STORY, TITLE, paragraphs, read

from broadtape import extract

RISKS = [
    "CFDs are complex, and most retail accounts lose money on them. Consider whether you can bear the risk of losing "
    "your deposit.",
    "Risikohinweis: Der Handel mit CFDs ist riskant. Sie können Ihre gesamte Einlage verlieren.",
    "Les instruments à effet de levier présentent un risque élevé : vous pouvez perdre tout votre capital.",
    "リスク：金融商品の取引では、お客様は元本を超える損失を被るおそれがあります。",
]
FIGURES = [("Sales", "£41.2m"), ("Staff", "340")]
RIGHTS = (
    "This copy is for your personal use. To order copies for distribution to colleagues please ask us for a licence."
)


def text_of(body: str) -> str:
    return article(body).text or ""


@pytest.mark.parametrize("card", ["<div><h3>{}</h3></div>", "<div><div dir='auto'>{}</div></div>", "<p>{}</p>"])
def test_blocks_in_a_link_are_no_running_text(card: str) -> None:
    words = "Harbour tolls go up again next spring, and the ferries follow number"
    cards = "".join(f"<a href='/n/{n}'>{card.format(f'{words} {n}')}</a>" for n in range(9))
    for beside in (f"<div class='x'>{cards}</div>", f"<section>{cards}</section>"):
        assert read(f"<main><h1>{TITLE}</h1><div>{paragraphs(STORY)}</div>{beside}</main>") == STORY


@pytest.mark.parametrize("box", ["div", "p", "aside"])
def test_a_label_in_an_element_of_its_own_before_a_link(box: str) -> None:
    linked = f"<{box}><span>Read also</span><a href='/n/1'>Harbour tolls go up again</a></{box}>"
    assert "Harbour tolls" not in text_of(linked)


@pytest.mark.parametrize(
    "entry",
    [
        "<h3><button>{q}</button></h3><div>{a}</div>",
        "<div><h3><button aria-expanded='false'>{q}</button></h3></div><div><p>{a}</p></div>",
        "<button aria-expanded='true'>{q}</button><div>{a}</div>",
    ],
)
def test_questions_that_are_buttons(entry: str) -> None:
    asked = {f"What becomes of hall {n}?": f"Hall {n} goes on until June, and is let to the dyers then." for n in "abc"}
    shown = "".join(f"<div>{entry.format(q=q, a=a)}</div>" for q, a in asked.items())
    assert [line for pair in asked.items() for line in pair] == article(shown).paragraphs[len(LINES) :]
    assert "What becomes" not in text_of("".join(f"<div>{entry.format(q=q, a='')}</div>" for q in asked))


def test_a_table_by_its_roles() -> None:
    cells = [("Hall", "2025", "2026"), ("Spinning", "41", "44"), ("Weaving", "7", "(8)")]
    rows = "".join(f"<div role='row'>{''.join(f'<span role=cell>{c}</span>' for c in row)}</div>" for row in cells)
    assert "Weaving | 7 | (8)" in article(f"<div role='table'><div role='rowgroup'>{rows}</div></div>").paragraphs


def test_names_of_figures_below_a_story() -> None:
    figures = "".join(
        f"<div><div>{name}</div><div>{n}</div></div>" for name, n in (("Sales", "£41.2m"), ("Staff", "340"))
    )
    assert article(figures).paragraphs[len(LINES) :] == ["Sales", "£41.2m", "Staff", "340"]


@pytest.mark.parametrize("notice", [*RISKS, RIGHTS])
def test_a_notice_of_risks_or_rights_below_a_brief(notice: str) -> None:
    for beside in (f"<p>{notice}</p>", f"<div class='a7'><small>{notice}</small></div>"):
        page = f"<main><h1>{TITLE}</h1><div>{paragraphs(STORY[:2])}{beside}</div></main>"
        found = extract(f"<html><title>{TITLE}</title>{page}</html>", URL)
        assert found.paragraphs == STORY[:2]
        assert ("notice", notice) in [(removed.rule, removed.line) for removed in found.removed]


def test_a_story_about_risks_is_no_notice() -> None:
    told = "The regulator said that retail clients lose money on CFDs and that their deposits are at risk."
    assert told in text_of(f"<p>{told}</p>")
    asked = [f"{RISKS[0]} That is rule {n}." for n in range(3)]
    assert asked[2] in text_of(paragraphs(asked))


@pytest.mark.parametrize("name", ["sr-only", "visually-hidden", "screen-reader-text", "visuallyhidden"])
def test_what_only_screen_readers_give(name: str) -> None:
    told = "A chart of nine bars, of which the last but one is by far the tallest of all."
    assert told not in text_of(f"<div class='{name}'><p>{told}</p></div>")
    noted = f"<p>It named <a href='/x'>the yard<span class='{name}'> in a new window</span></a> on Monday.</p>"
    assert "It named the yard on Monday." in text_of(noted)


def test_a_lead_that_is_called_a_teaser_and_little_else() -> None:
    teaser = f"<div class='teaser-text'><p>{STORY[1]}</p></div>"
    body = f"<div itemprop='articleBody'>{paragraphs(STORY[2:])}</div>"
    assert read(f"<div><h1>{TITLE}</h1>{teaser}{body}</div>") == STORY[1:]
