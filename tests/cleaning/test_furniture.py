"""Names of classes and ids are believed only where the element can be what it is called."""

from __future__ import annotations

import pytest

from broadtape.article import Article
from broadtape.cleaning import extract

URL = "https://www.example.com/business/tannery-lifts-forecast-5512"
LINES = [
    "Oakhurst Tannery raised its forecast on Monday after orders for saddle leather doubled within one year.",
    "The Ledbury firm now expects to earn about twelve million pounds, a third more than it had said in May.",
    "Chief executive Orla Penn told investors that the order book was full until the end of the next summer.",
    "Hides remain its largest cost, and the firm has bought two thirds of what it will need during the winter.",
    "Analysts at Marlow & Finch had expected less, and left their opinion of the shares where it had been.",
]


def article(body: str, *, around: tuple[str, str] = ("", "")) -> Article:
    rest = "".join(f"<p>{line}</p>" for line in LINES)
    story = f'<article><h1>Tannery lifts forecast</h1><div class="article-body">{rest}{body}</div></article>'
    return extract(f"<html><body>{around[0]}{story}{around[1]}</body></html>", URL)


@pytest.mark.parametrize(
    "inline",
    [
        '<a class="tag" href="/tag/hides">raw hides</a>', '<span class="ticker-widget">raw hides</span>',
        '<span id="author-note">raw hides</span>', '<a data-testid="related-link" href="/x">raw hides</a>',
        '<b class="promo"><span class="caption">raw hides</span></b>', '<button class="glossary">raw hides</button>',
        '<x-term class="tooltip">raw hides</x-term>',
        '<em class="share"><a class="social" href="/x">raw hides</a></em>',
    ],
)  # fmt: skip
def test_what_stands_inside_a_sentence_is_no_furniture(inline: str) -> None:
    for holder in ("p", "li", "td", "blockquote", "div"):
        text = article(f"<{holder}>Prices of {inline} have doubled since the spring.</{holder}>").text or ""
        assert "Prices of raw hides have doubled since the spring." in text, holder


def test_a_sentence_each_part_of_which_has_its_own_element_stays_whole() -> None:
    parts = '<span>Shares of </span><span class="ticker">Oakhurst</span><span> rose by a tenth on the news.</span>'
    assert "Shares of Oakhurst rose by a tenth on the news." in article(f"<p>{parts}</p>").paragraphs


@pytest.mark.parametrize("name", ["inline-placeholder", "ad-free-copy social", "widget__text", "caption", "related"])
def test_a_name_that_every_paragraph_carries_says_nothing(name: str) -> None:
    lines = "".join(f'<p class="{name}">{line}</p>' for line in LINES)
    page = f"<article><h1>Tannery lifts forecast</h1>{lines}</article>"
    assert extract(page, URL).paragraphs == LINES


@pytest.mark.parametrize(
    "heading",
    [
        '<h2 id="share-of-the-market">Share of the market</h2>', '<h3 id="related-costs">Related costs</h3>',
        '<h2 class="widget-title" id="nav_4">The footer of the bill</h2>',
        '<div id="search-for-a-successor"><h2>Search for a successor</h2><p>It goes on, slowly.</p></div>',
    ],
)  # fmt: skip
def test_headings_are_kept_whatever_their_anchor(heading: str) -> None:
    text = article(f"{heading}<p>{LINES[0].replace('Monday', 'Tuesday')}</p>").text or ""
    assert any(title in text for title in ("Share of", "Related costs", "The footer", "Search for"))


@pytest.mark.parametrize(
    "box",
    [
        '<div class="overflow-hidden">{}</div>', '<div class="hidden md:block">{}</div>',
        '<section class="widget">{}</section>',
        '<div class="infobox"><div class="slider">{}</div></div>', '<figure class="table">{}</figure>',
    ],
)  # fmt: skip
def test_data_stay_whatever_their_box_is_called(box: str) -> None:
    rows = "<tr><th>Hides</th><th>Price</th></tr><tr><td>Calf</td><td>41</td></tr><tr><td>Goat</td><td>17</td></tr>"
    assert "Goat | 17" in (article(box.format(f'<table class="ad-table">{rows}</table>')).text or "")


def test_a_list_of_figures_in_a_weakly_named_box_stays() -> None:
    items = "<ul><li>Calf: 41 pounds</li><li>Goat: 17 pounds</li><li>Ox: 60 pounds</li></ul>"
    assert "Ox: 60 pounds" in (article(f'<div class="sidebar-rating">{items}</div>').text or "")


@pytest.mark.parametrize(
    "name", ["has-footer", "above-footer", "comments-closed", "no-sidebar", "with-comments", "site-footer"]
)
def test_what_holds_the_headline_is_a_wrapper(name: str) -> None:
    note = f"<div><p>{'Capital is at risk, and past returns say nothing of those to come. ' * 5}</p></div>"
    found = article("", around=(f'<div class="{name}">', f"</div>{note}"))
    assert set(LINES) <= set(found.paragraphs)


def test_real_furniture_still_goes() -> None:
    boxes = [
        '<p class="promo">Have our letter sent to you.</p>', '<div class="related"><p>Ferries run late.</p></div>',
        '<p><span class="credit">Picture by O. Penn</span></p>', '<div class="newsletter-signup">Your address</div>',
    ]  # fmt: skip
    found = article("".join(boxes))
    assert found.paragraphs == LINES
    assert {line.rule for line in found.removed} == {"furniture"}


@pytest.mark.parametrize("tag", ["blockquote", "article", "b", "small", "section"])
def test_what_does_not_show_goes_whatever_its_tag(tag: str) -> None:
    for how in ("hidden", 'style="display: none"'):
        assert "Nobody sees this" not in (article(f"<{tag} {how}>Nobody sees this line of text.</{tag}>").text or "")


def test_what_a_click_opens_stays() -> None:
    assert "Bids close in May." in (article('<div hidden="until-found"><p>Bids close in May.</p></div>').text or "")


def test_a_sentence_made_of_links_is_no_list_of_links() -> None:
    names = ", ".join(
        f'<a href="/q/{n}">{name}</a>' for n, name in enumerate(("Ansty", "Bexwell", "Corley", "Dunkeld"))
    )
    assert "Buyers were Ansty, Bexwell, Corley, Dunkeld." in article(f"<p>Buyers were {names}.</p>").paragraphs


@pytest.mark.parametrize("quoted", ["<blockquote><p>We are full.</p></blockquote>", "<ul><li>We are full.</li></ul>"])
def test_a_figure_that_holds_text_is_a_part_of_the_story(quoted: str) -> None:
    found = article(f"<figure>{quoted}<figcaption>Orla Penn</figcaption></figure>")
    assert "We are full." in found.paragraphs
    assert "Orla Penn" not in found.paragraphs


def test_a_list_of_other_stories_is_furniture_however_much_it_holds() -> None:
    told = [f"{name} said on Friday that it would close its last works by the end of the year." for name in "ABCDEFGH"]
    items = "".join(
        f"<li><a href='/n/{n}'>Works to close</a><br><small>{line}</small></li>" for n, line in enumerate(told)
    )
    text = article(f"<ul class='related_post'>{items}</ul>").text or ""
    assert LINES[-1] in text
    assert not any(line in text for line in told)
    steps = "".join(f"<li>{line}</li>" for line in told)
    assert told[0] in (article(f"<ul class='related'>{steps}</ul>").text or "")


def test_entries_of_a_live_blog_are_no_comments_whatever_they_are_called() -> None:
    entries = "".join(f"<section class='comment'><h4>{n}:10 pm</h4><p>{LINES[0]}</p></section>" for n in range(1, 7))
    html = f"<html><body><main><article><h1>Harbour strike</h1>{entries}</article></main></body></html>"
    assert "4:10 pm" in extract(html, URL).paragraphs


BIO = (
    "Orla Penn has covered the trades of the valley for twelve years and wrote a book on its last saddlers. She grew "
    "up above a tannery, studied the history of guilds, and spends her weekends restoring a cart with her brothers."
)


@pytest.mark.parametrize("name", ["post-author-card", "authorprofile", "story__author-bio", "saboxplugin-wrap"])
def test_a_box_about_the_author_below_the_story_goes_however_long(name: str) -> None:
    found = article(f'<div class="{name}"><h4>Orla Penn</h4><p>{BIO}</p></div>')
    assert found.paragraphs == LINES
    assert {line.rule for line in found.removed if line.line == BIO} == {"author"}


@pytest.mark.parametrize("name", ["author-note", "author-disclosure", "authority-report"])
def test_what_an_author_adds_and_what_only_sounds_like_one_stays(name: str) -> None:
    assert BIO in article(f'<div class="{name}"><p>{BIO}</p></div>').paragraphs


def test_answers_of_several_authors_are_the_story() -> None:
    answers = "".join(f'<div class="author-answer"><h3>No. {n}</h3><p>{line}</p></div>' for n, line in enumerate(LINES))
    opening = "<h1>Tannery lifts forecast</h1><p>We have asked five people of the trade what is next.</p>"
    assert set(LINES) <= set(extract(f"<article>{opening}{answers}</article>", URL).paragraphs)


def test_what_a_page_builder_calls_every_piece_says_nothing_of_a_short_one() -> None:
    def piece(number: int, body: str) -> str:
        return f'<div class="brick brick-{number} brick-widget">{body}</div>'

    long = [piece(n, f"<p>{line} {line} {line}</p>") for n, line in enumerate(LINES)]
    short = piece(9, "<h2>What the tannery will do with the money next year</h2>") + piece(10, f"<p>{LINES[0]}</p>")
    body = "".join([*long[:2], short, *long[2:]])
    text = extract(f"<main><h1>Tannery lifts forecast</h1>{body}</main>", URL).text or ""
    assert "What the tannery will do with the money next year" in text
    assert LINES[0] in text.split("\n\n")
