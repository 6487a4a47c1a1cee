"""Dialogs for consent and comments are told by what they say, wherever a page keeps them; a brief beside them stays."""

from __future__ import annotations

import pytest

from broadtape.cleaning import extract
from broadtape.cleaning.conservation import account

URL = "https://www.example.com/markets/ropewalk-opens-a-second-line-5512"
TITLE = "Ropewalk opens a second line"
BRIEF = [
    "Ropewalk has opened a second line at its works by the canal, which doubles what it can spin in a week.",
    "The line cost nine million crowns, the company said, and will give work to some forty people.",
]
STORY = f"<h1>{TITLE}</h1><div class='txt'>{''.join(f'<p>{line}</p>' for line in BRIEF)}</div>"
DIALOG = (
    "<div class='layer'><h3>Before you read on</h3><p>We and 214 partners keep cookies on your device, and read them, "
    "to measure what you look at.</p><p>With your consent, personal data goes to vendors who choose advertising. "
    "Your preferences can be changed at any time on the page on privacy.</p><button>{button}</button></div>"
)
THREAD = "".join(
    f"<div class='c'><b>{name}</b><p>{name} thinks that a third line would have been the better plan.</p></div>"
    for name in ("weaver", "twine", "hawser", "sisal", "manila", "jute", "hemp")
)


def page(body: str) -> bytes:
    return f"<html lang='en'><head><title>{TITLE} | Canal Post</title></head><body>{body}</body></html>".encode()


def around(beside: str) -> list[bytes]:
    """A page that has something before the story, behind it, and in the same box."""
    return [
        page(f"{beside}<main>{STORY}</main>"),
        page(f"<main>{STORY}</main>{beside}"),
        page(f"<div id='wrap'>{STORY}{beside}</div>"),
    ]


@pytest.mark.parametrize("button", ["Accept all", "Alle akzeptieren", "Tout refuser", "Manage preferences"])
def test_a_brief_beside_a_dialog_for_consent(button: str) -> None:
    for html in around(DIALOG.format(button=button)):
        assert extract(html, URL).paragraphs == BRIEF


@pytest.mark.parametrize("heading", ["7 comments", "Kommentare (7)", "7 responses to “Ropewalk opens a second line”"])
def test_a_brief_above_or_below_comments(heading: str) -> None:
    for html in around(f"<section><header><h3>{heading}</h3></header>{THREAD}</section>"):
        assert extract(html, URL).paragraphs == BRIEF
    (html,) = around(f"<h3>{heading}</h3>{THREAD}")[2:]
    assert extract(html, URL).paragraphs == BRIEF


def test_a_form_for_a_newsletter_goes_with_its_words_and_no_brief_with_it() -> None:
    form = "<h3>The morning note</h3><p>The day in your inbox.</p><form><button>Sign up</button></form>"
    for html in (*around(f"<div class='nl'>{form}</div>"), page(STORY.replace("</div>", f"{form}</div>"))):
        assert extract(html, URL).paragraphs[:2] == BRIEF
    assert extract(around(f"<div class='nl'>{form}</div>")[2], URL).paragraphs == BRIEF


def test_what_is_left_out_so_is_told() -> None:
    html = around(f"<section><h3>7 comments</h3>{THREAD}</section>")[2]
    article = extract(html, URL)
    assert any(region.opening.startswith("7 comments") for region in article.outside)
    assert account(html, URL, article).holes == ()


@pytest.mark.parametrize(
    "beside",
    [
        "<section><h3>7 responses</h3><p>Seven rivals wrote to the council that the line was too loud.</p></section>",
        "<section><h3>Comments</h3><p>The council, asked for its view, said that it met all rules.</p></section>",
        "<section><p>The firm said that cookies on a device, consent, vendors and advertising were no part of it.</p>"
        "<button>Share</button></section>",
    ],
)
def test_sections_of_the_story_stay(beside: str) -> None:
    html = page(f"<main><article>{STORY}{beside}</article></main>")
    said = beside.partition("<p>")[2].partition("</p>")[0]
    assert said in extract(html, URL).paragraphs
