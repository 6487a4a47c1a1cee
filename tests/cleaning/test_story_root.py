"""The story is the one that headline and address belong to, whole, whatever else a page carries and at what length."""

from __future__ import annotations

import json

import pytest

from broadtape.cleaning import extract
from broadtape.errors import NotAnArticle

URL = "https://www.example.com/markets/weavers-agree-to-a-wage-scale-12044"
TITLE = "Weavers agree to a wage scale that runs for three years"
STORY = [
    "Weavers in the upper valley have agreed to a wage scale that runs for three years and adds a day of paid leave.",
    "The union said that nine in ten of its members had voted for it, more than at any ballot since the flood.",
    "Upper Valley Mill will publish its half-year figures in August, and expects no effect on what it forecast.",
]
OTHER = [
    f"{subject} said that it would look at the matter again once the council has met and the figures have been read."
    for subject in ("The dye works", "A carrier", "The bank", "A rival", "The harbour", "The mayor", "The paper mill")
]


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def page(body: str, head: str = "") -> bytes:
    return (
        f"<html lang='en'><head><title>{TITLE} | Valley Post</title>{head}</head><body><header><nav><ul>"
        "<li><a href='/'>Home</a></li><li><a href='/m'>Markets</a></li></ul></nav></header>"
        f"{body}<footer><p>Valley Post, 3 Weir Road.</p></footer></body></html>"
    ).encode()


def read(body: str, head: str = "") -> list[str]:
    return extract(page(body, head), URL).paragraphs


def test_of_two_stories_without_any_h1_the_one_that_the_title_names() -> None:
    stories = "".join(
        f"<article><h2>{title}</h2><div>{paragraphs(lines)}</div></article>"
        for title, lines in ((TITLE, STORY), ("Dye works asks for time", OTHER))
    )
    assert read(f"<main>{stories}</main>") == STORY


H1 = f"<h1>{TITLE}</h1>"
BRIEF = f"<article>{H1}<div>{paragraphs(STORY[:2])}</div></article>"


@pytest.mark.parametrize(
    "beside",
    [
        f"<div role='dialog' id='choices'><h2>Your choices</h2>{paragraphs(OTHER)}</div>",
        f"<section class='voices'><h2>What readers say</h2>{paragraphs(OTHER)}</section>",
        f"<div class='box'><h3>Licensing</h3>{paragraphs(OTHER)}</div>",
        f"<div class='box'><h3>About risk</h3><p>{' '.join(OTHER)}</p></div>",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_brief_is_the_story_beside_something_longer(beside: str, first: bool) -> None:
    assert read(beside + BRIEF if first else BRIEF + beside) == STORY[:2]


@pytest.mark.parametrize("heading", ["h1", "h2"])
@pytest.mark.parametrize("tag", ["article", "section", "div"])
def test_the_next_story_of_an_endless_page_is_another(heading: str, tag: str) -> None:
    def story(title: str, lines: list[str]) -> str:
        return f"<{tag} class='story'><{heading}>{title}</{heading}><div class='copy'>{paragraphs(lines)}</div></{tag}>"

    pages = story(TITLE, STORY) + story("Dye works waits for the council", OTHER)
    assert read(f"<main>{pages}</main>") == STORY


def test_the_address_says_which_story_it_is() -> None:
    own = f"<article><h2>Weavers agree to a wage scale</h2><div>{paragraphs(STORY)}</div></article>"
    other = f"<article><h2>Dye works waits for council</h2><div>{paragraphs(OTHER)}</div></article>"
    content = page(own + other).replace(f"<title>{TITLE} | Valley Post</title>".encode(), b"<title>Valley Post</title>")
    assert extract(content, URL).paragraphs == STORY


LONG = STORY + OTHER


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{H1}<header><p>{LONG[0]}</p></header><div class='copy'>{paragraphs(LONG[1:])}</div></article>",
        f"<article>{H1}<p>{LONG[0]}</p><div class='copy'>{paragraphs(LONG[1:])}</div></article>",
        f"<article>{H1}<div class='article-body'><p>{LONG[0]}</p><div>{paragraphs(LONG[1:])}</div></div></article>",
        f"<header>{H1}<div class='dek'>{LONG[0]}</div></header><main><div>{paragraphs(LONG[1:])}</div></main>",
        f"<div>{H1}<div><div>{paragraphs(LONG[:2])}</div></div><div><section>{paragraphs(LONG[2:])}</section></div></div>",
        f"<div>{H1}<div><div>{paragraphs(LONG[:5])}</div></div><div><section>{paragraphs(LONG[5:])}</section></div></div>",
    ],
)
def test_what_stands_under_the_headline_is_the_story(body: str) -> None:
    assert read(body) == LONG


MARKUP = paragraphs(STORY)
ELSEWHERE = {"title": "Dye works waits for the council", "body": paragraphs(OTHER * 3)}


def script(value: object, attributes: str = "type='application/json'") -> str:
    return f"<div id='root'></div><script {attributes}>{json.dumps(value)}</script>"


def ld_json(**node: object) -> str:
    value = {"@type": "NewsArticle", "headline": TITLE, **node}
    return f"<script type='application/ld+json'>{json.dumps(value)}</script>"


@pytest.mark.parametrize(
    "body",
    [
        script({"props": {"more": [ELSEWHERE], "story": {"title": TITLE, "body": MARKUP}}}, "id='__NEXT_DATA__'"),
        script({"a": {"headline": TITLE, "content": [{"type": "p", "text": line} for line in STORY]}, "o": ELSEWHERE}),
        f"<script>window.__STATE__ = {json.dumps({'story': {'title': TITLE, 'content': MARKUP}})};</script>",
        f"<script>window['s'] = JSON.parse({json.dumps(json.dumps({'title': TITLE, 'paragraphs': STORY}))})</script>",
        f"<noscript><div>{H1}{MARKUP}</div></noscript>",
        f"<template>{H1}{MARKUP}</template>",
        f"<script type='text/template'>{MARKUP}</script>",
    ],
)
def test_a_story_that_only_a_script_would_show(body: str) -> None:
    assert read(body) == STORY


def test_other_stories_of_a_state_are_not_this_one() -> None:
    with pytest.raises(NotAnArticle):
        read(script({"more": [ELSEWHERE]}))


def test_a_shell_without_its_story_is_no_article() -> None:
    with pytest.raises(NotAnArticle):
        read("<div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript>")


@pytest.mark.parametrize("escapes", [0, 1, 2])
def test_a_stated_body_is_read_unescaped(escapes: int) -> None:
    stated = MARKUP
    for _ in range(escapes):
        stated = stated.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert read("<div id='root'></div>", ld_json(articleBody=stated)) == STORY


def test_a_stated_body_is_never_put_over_a_good_page() -> None:
    wrapped = "".join(f"<p class='x' style='margin: 0; padding: 0'><span>{line}</span></p>" for line in STORY)
    stated = wrapped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert read(f"<article>{H1}{MARKUP}</article>", ld_json(articleBody=stated)) == STORY
    assert read(f"<article>{H1}{MARKUP}</article>", ld_json(articleBody="\n".join(OTHER * 2))) == STORY


@pytest.mark.parametrize("key", ["liveBlogUpdate", "hasPart"])
def test_the_updates_of_a_live_blog_are_its_text(key: str) -> None:
    updates = [{"@type": "BlogPosting", "headline": f"Entry {n}", "articleBody": line} for n, line in enumerate(STORY)]
    lines = read("<div id='root'></div>", ld_json(**{"@type": "LiveBlogPosting", key: updates}))
    assert lines == [line for n, said in enumerate(STORY) for line in (f"Entry {n}", said)]


@pytest.mark.parametrize("names", ["teaser-box", "c-top__copy", "js-slider-toggle"])
def test_a_standfirst_that_the_page_describes_itself_with_is_kept(names: str) -> None:
    told = "How the mills of the upper valley came to pay by the hour, and what their weavers think of it"
    head = f"<meta name='description' content='{told}'>"
    above = f"<main><h1>{TITLE}</h1><div class='{names}'><p>{told}</p></div>"
    below = f"<div class='article-body'>{paragraphs(STORY * 2)}</div></main>"
    assert read(above + below, head)[0] == told
    assert told not in read(above + below)


@pytest.mark.parametrize("names", ["article-subtitle", "sub-headline", "post__excerpt", "page-intro", "vorspann"])
def test_what_is_called_a_standfirst_needs_no_full_stop(names: str) -> None:
    told = "How the mills of the upper valley came to pay by the hour, and who asked for it"
    below = f"<div class='article-body'>{paragraphs(STORY * 2)}</div></main>"
    assert read(f"<main>{H1}<p class='{names}'>{told}</p>{below}")[0] == told
    linked = f"<main>{H1}<div class='{names}'><a href='/x'>{told}</a></div>{below}"
    assert told not in read(linked)
    opening, rest = told[:20], told[20:]
    sentence = f"<main>{H1}<p class='{names}'><a href='/x'>{opening}</a>{rest}.</p>{below}"
    assert read(sentence)[0] == f"{told}."


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("<ol><li>", "</li></ol>"), ("<blockquote>", "</blockquote>"), ("<dl><dd>", "</dd></dl>"), ("<ul>", "</ul>")],
)
def test_a_list_or_a_quotation_is_a_part_of_its_story(opens: str, closes: str) -> None:
    asked, chair = "Held in the weavers' hall, third of June", "In the chair: Orla Penn"
    inner = paragraphs(STORY) if "<ul>" not in opens else "".join(f"<li>{line}</li>" for line in STORY)
    lines = read(f"<article>{H1}<div class='copy'><p>{asked}</p>{opens}{inner}{closes}<p>{chair}.</p></div></article>")
    assert {*STORY, f"{chair}."} <= set(lines)


def test_a_headline_and_a_standfirst_set_as_headings_are_no_story_yet() -> None:
    told = STORY[0] + " " + STORY[1]
    above = f"<main><div class='top'><h1>{TITLE}</h1><h2>{told}</h2></div><div class='row'>"
    assert read(f"{above}<div class='text'>{paragraphs(OTHER[:2])}</div></div></main>")[-1] == OTHER[1]


def test_articles_of_one_build_under_one_headline_are_one_story() -> None:
    parts = [OTHER[:3], OTHER[3:5], OTHER[5:]]
    told = (f"<h2>Part {n}</h2>{paragraphs(part)}" for n, part in enumerate(parts))
    tabs = "".join(f"<article class='tab'>{part}</article>" for part in told)
    assert set(OTHER) <= set(read(f"<section><h1>{TITLE}</h1><div class='tabs'>{tabs}</div></section>"))
    linked = tabs.replace("<h2>", "<h2><a href='/x'>").replace("</h2>", "</a></h2>")
    assert not set(OTHER) <= set(read(f"<section><h1>{TITLE}</h1><div class='tabs'>{linked}</div></section>"))


def test_key_points_between_headline_and_story() -> None:
    points = "<div class='key-points'><h2>Key points</h2><ul><li>Three years of rest at the looms</li></ul></div>"
    read_so = read(f"<article>{H1}{points}<div class='body'>{paragraphs(STORY)}</div></article>")
    assert read_so[-3:] == STORY
    assert "Three years of rest at the looms" in read_so


@pytest.mark.parametrize(
    "other", ["<div class='col-4'><h3>{}</h3><div>{}</div></div>", "<div class='col-2'><h2>{}</h2>{}</div>"]
)
@pytest.mark.parametrize("first", [True, False])
def test_another_story_in_a_column_beside(other: str, first: bool) -> None:
    told = [*STORY, *(f"{line} So it was told to the paper." for line in STORY)]
    own = f"<div class='col-8'><h1>{TITLE}</h1><div>{paragraphs(told)}</div></div>"
    beside = other.format("The dye works looks again", paragraphs(OTHER))
    assert read(f"<div class='row'>{beside + own if first else own + beside}</div>") == told


@pytest.mark.parametrize("rank", ["h1", "h2"])
def test_a_longer_story_in_a_box_of_the_same_class(rank: str) -> None:
    boxes = [f"<div class='story'><h1>{TITLE}</h1>{paragraphs(STORY[:2])}</div>"]
    boxes.append(f"<div class='story'><{rank}>The dye works looks again</{rank}>{paragraphs(OTHER)}</div>")
    assert read("".join(boxes)) == read("".join(reversed(boxes))) == STORY[:2]


@pytest.mark.parametrize("name", ["next-article", "up-next", "nextStory"])
def test_the_story_that_comes_next(name: str) -> None:
    following = f"<div class='{name}'><h2>The dye works looks again</h2>{paragraphs(OTHER)}</div>"
    assert read(f"<main><h1>{TITLE}</h1><div>{paragraphs(STORY)}</div>{following}</main>") == STORY


def test_sections_that_nothing_holds_together() -> None:
    sections = "".join(f"<section><div><p>{line}</p></div></section>" for line in STORY)
    figures = "<table><tr><th>Year</th><th>Wage</th></tr><tr><td>2026</td><td>31</td></tr></table>"
    for top in (f"<h1>{TITLE}</h1>", f"<section><h1>{TITLE}</h1></section>"):
        assert read(f"{top}{sections}<section>{figures}</section>") == [*STORY, "Year | Wage", "2026 | 31"]
