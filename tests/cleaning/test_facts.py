"""Facts of a story: its own, with the precision that is known, or none."""

from __future__ import annotations

import pytest

from broadtape.cleaning import extract
from broadtape.cleaning.metadata.names import split_names
from tests.cleaning.fact_pages import BODY, TITLE, URL, ld, page, when


def test_json_ld_of_another_story_gives_nothing() -> None:
    other = (
        '<script type="application/ld+json">[{"@type":"NewsArticle","headline":"Elm works close two old mills",'
        '"url":"https://www.tapewire.example/markets/elm-works","datePublished":"2026-01-02T03:04:05Z",'
        '"author":{"@type":"Person","name":"Max Other"},"articleBody":"A teaser."}]</script>'
    )
    article = page(head=other)
    assert (article.published_at, article.authors) == (None, ())
    own = ld(datePublished='"2026-11-12T09:30:00Z"', author='{"@type":"Person","name":"Ada Quill"}')
    article = page(head=other + own)
    assert (when(article)[0], article.authors) == ("2026-11-12T09:30:00", ("Ada Quill",))


def test_prefixed_types_are_types() -> None:
    head = ld(datePublished='"2026-11-12T09:30:00Z"').replace('"NewsArticle"', '"schema:newsArticle"')
    assert when(page(head=head))[0] == "2026-11-12T09:30:00"


def test_half_of_a_surrogate_pair_reaches_no_fact() -> None:
    head = ld(
        author='{"@type":"Person","name":"Ada \\ud83dQuill"}', keywords='"copper\\ud83d, ships"',
        description='"Up \\ud83d\\ude80 and \\udc00 away\\u0000"',
    ).replace(TITLE, TITLE + " \\ud83d")  # fmt: skip
    article = page(head=head)
    for text in (article.title, article.summary, article.text, *article.authors, *article.tags):
        assert text
        assert text.encode("utf-8").decode() == text
    assert article.summary == "Up 🚀 and \ufffd away"


@pytest.mark.parametrize(
    ("below", "authors"),
    [
        ('<p class="byline">By Ada Quill and Tom Reed</p>', ("Ada Quill", "Tom Reed")),
        ("<p>By Ada Quill | 12 November 2026</p>", ("Ada Quill",)),
        ('<p>Veröffentlicht von <a rel="author" href="/x">Jutta Berg</a></p>', ("Jutta Berg",)),
        ('<p class="byline">记者 李明</p>', ("李明",)),
        ('<p class="byline">김민수 기자</p>', ("김민수",)),
        ('<div class="author-name">Quill</div>', ("Quill",)),
        ("<div><div>Written by</div><div>Ada Quill</div></div>", ("Ada Quill",)),
        ("<div><span>| By </span> <span>Ada Quill</span> | <b>Markets</b></div>", ("Ada Quill",)),
        ("<div><h2>Article by</h2></div><div>Ada Quill</div>", ("Ada Quill",)),
        ("<h2><span>Autor:</span> Jutta Berg</h2>", ("Jutta Berg",)),
        ('<p class="byline">Posted by larchwood on 12/11/2026, 10:30 Uhr</p>', ("larchwood",)),
        ('<div class="author-box">Elm Team</div>', ("Elm Team",)),
        ("<div>12 November 2026</div><div>Ada Quill</div>", ("Ada Quill",)),
        ('<a href="https://social.example/@q">Ada Quill</a><i>6 min read</i>', ("Ada Quill",)),
        ("<div><time>12/11/2026</time> by Ada Quill, Envoy to the Council of Growers</div>", ("Ada Quill",)),
        ("<div><strong>Contributors:</strong> Ada Quill</div>", ("Ada Quill",)),
        ('<div><i>2026-11-12</i><a title="Ada Quill"><img alt=""><b>Ada Quill</b></a></div>', ("Ada Quill",)),
        (
            '<a href="/authors/ada-quill">Written by <b>Ada Quill</b>, <i>Senior Analyst of Freight</i></a>',
            ("Ada Quill",),
        ),
        (
            '<p class="pointer-events-none"><a href="/authors/ada-quill" class="pointer-events-auto">Ada Quill</a></p>',
            ("Ada Quill",),
        ),
        ('<a href="/real-estate">Real Estate</a><i>12 November 2026</i>', ()),
        ('<nav><a href="/north">North Quay</a></nav><div>North Quay</div><div>12 November 2026</div>', ()),
        ("<div>Ada Quill</div><div>Tom Reed</div><div>12 November 2026</div>", ()),
        ("<div><div>Written by</div><p>Hands that nobody has named since the mill was closed last year.</p></div>", ()),
        ("", ()),
    ],
)
def test_the_byline_is_that_of_the_story(below: str, authors: tuple[str, ...]) -> None:
    assert page(below).authors == authors


def test_a_person_before_an_organisation() -> None:
    head = ld(author='[{"@type":"Organization","name":"Quay Media Group"}]')
    assert page('<p class="byline">By <a href="/contributor/ada-quill">Ada Quill</a></p>', head).authors == (
        "Ada Quill",
    )
    assert page("", head).authors == ("Quay Media Group",)
    pair = ld(author='{"@type":"Organization","name":"Larch & Elm"}')
    assert page("", pair).authors == ("Larch & Elm",)
    tag = '<meta name="author" content="Verband der Reeder e.V.">'
    assert page("<p>Von Jutta Berg</p>", tag, lang="de").authors == ("Jutta Berg",)


def test_a_person_that_the_page_shows_before_an_account_of_its_system() -> None:
    account = ld(author='{"@type":"Person","name":"KarlaS"}')
    assert page('<span class="author">by Ada Quill</span>', account).authors == ("Ada Quill",)
    assert page("", account).authors == ("KarlaS",)
    assert page('<span class="author">Larchnachrichtenagentur Elm</span>', account).authors == ("KarlaS",)
    surname = ld(author='{"@type":"Person","name":"新間"}')
    assert page('<span class="author">by Ada Quill</span>', surname).authors == ("新間",)
    desk = ld(author='{"@type":"Person","name":"Friends of Larch"}')
    assert page('<span class="author">by Ada Quill</span>', desk).authors == ("Friends of Larch",)


@pytest.mark.parametrize(
    "foot",
    [
        "<h3>Written by Ada Quill</h3>",
        "<div>This post was written by Ada Quill, Head of Trade and Local Ties</div>",
        "<p>Verfasst von <b>Ada Quill</b></p>",
        "<p><strong>Autorin: Ada Quill, Projektleiterin der Stiftung in Tunis.</strong></p>",
    ],
)
def test_the_byline_at_the_foot_of_a_story(foot: str) -> None:
    html = (
        f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{BODY}{foot}</article></body></html>"
    )
    assert extract(html, URL).authors == ("Ada Quill",)
    assert page("<p>Written by hand in the years after the mill was shut, the book is lost.</p>").authors == ()


def test_what_is_called_as_its_host_is_no_author_beside_a_person() -> None:
    named = '<meta name="author" content="Ada Quill, Head of Trade, Tape Wire">'
    assert page(head=named).authors == ("Ada Quill",)


def test_who_reviewed_or_edited_a_story_did_not_write_it() -> None:
    wrote = '<p>Written by <a href="/authors/ada-quill">Ada Quill</a></p>'
    edited = '<p><span>Edited by:</span> <a href="/authors/tom-reed">Tom Reed</a></p>'
    reviewed = '<p>Medically reviewed by <a class="author-name" href="/authors/eve-larch">Eve Larch</a></p>'
    assert page(wrote + edited + reviewed).authors == ("Ada Quill",)
    assert page(reviewed).authors == ()


def test_the_longer_of_two_lists_of_authors() -> None:
    head = ld(author='{"@type":"Person","name":"Ada Quill"}') + '<meta name="author" content="Ada Quill, Tom Reed">'
    assert page("", head).authors == ("Ada Quill", "Tom Reed")
    other = ld(author='{"@type":"Person","name":"Ada Quill"}') + '<meta name="author" content="Max Other, Tom Reed">'
    assert page("", other).authors == ("Ada Quill",)


@pytest.mark.parametrize(
    ("below", "authors"),
    [
        ('<span class="author vcard"><a class="url fn n" rel="author">quayside_7</a></span>', ("quayside_7",)),
        ("<p>Von Wintersonne</p>", ("Wintersonne",)),
        ('<span class="author-label">Name</span><a rel="author">Ada Quill</a>', ("Ada Quill",)),
        ('<div class="author-tooltip"><div class="author-bio">Full Story Of Quay</div></div>', ()),
        (
            '<div class="author-box">Written By: Ada Quill Gardener <span class="author-name">Ada Quill</span></div>',
            ("Ada Quill",),
        ),
    ],
)
def test_a_name_as_the_markup_has_it(below: str, authors: tuple[str, ...]) -> None:
    assert page(below, lang="de" if "Von" in below else "en").authors == authors


def test_links_and_headings_at_the_edges_of_a_story_name_nobody() -> None:
    html = (
        f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p><a href='/x'>Office Chair</a></p>"
        f"{BODY}<p><a href='/y'>A Cautionary Tale</a></p><p>Von Jutta Berg</p></article></body></html>"
    )
    assert extract(html.replace("<p>Von Jutta Berg</p>", ""), URL).authors == ()


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("By Ada Quill, Tom Reed and Di Wu", "en", ["Ada Quill", "Tom Reed", "Di Wu"]),
        ("Di Wu", "en", ["Di Wu"]),
        ("di Maria Rossi e Luca Bianchi", "it", ["Maria Rossi", "Luca Bianchi"]),
        ("José Ortega y Gasset", "es", ["José Ortega y Gasset"]),
        ("Por Ana Ruiz y Luis Gil", "es", ["Ana Ruiz", "Luis Gil"]),
        ("Von Jutta Berg und Kai Öhler, Frankfurt", "de", ["Jutta Berg", "Kai Öhler"]),
        ("Ein Gastbeitrag von Jutta Berg", "de", ["Jutta Berg"]),
        ("Par Élodie Blanc et Luc Noir", "fr", ["Élodie Blanc", "Luc Noir"]),
        ("Written by Ada Quill; edited by Tom Reed", "en", ["Ada Quill"]),
        ("Ada Quill, Senior Reporter", "en", ["Ada Quill"]),
        ("Ada Quill (ada@tapewire.example) @adaq", "en", ["Ada Quill"]),
        ("Posted by Ada Quill on 12 November 2026", "en", ["Ada Quill"]),
        ("作者：李明、王芳", "zh", ["李明", "王芳"]),
        ("山田 太郎", "ja", ["山田 太郎"]),
        ("編集委員 山田太郎", "ja", ["山田太郎"]),
        ("記者王小明／台北報導", "zh", ["王小明"]),
        ("本报记者 李明 北京报道", "zh", ["李明"]),
        ("김철수·이영희 기자", "ko", ["김철수", "이영희"]),
        ("Jan Kowalski i Anna Nowak", "pl", ["Jan Kowalski", "Anna Nowak"]),
        ("Redacción: Ana Ruiz", "es", ["Ana Ruiz"]),
        ("Por Ana Ruiz, São Paulo", "pt", ["Ana Ruiz"]),
        ("Jutta Berg, Frankfurt am Main", "de", ["Jutta Berg"]),
        ("Aus Zürich berichtet Jutta Berg", "de", ["Jutta Berg"]),
        ("Blogbeitrag von Jutta Berg", "de", ["Jutta Berg"]),
        ("Par Élodie Blanc, envoyée spéciale à Oslo", "fr", ["Élodie Blanc"]),
        ("dal nostro inviato Maria Rossi", "it", ["Maria Rossi"]),
        ("Ada Quill for Tapewire", "en", ["Ada Quill"]),
        ("Ada Quill and staff", "en", ["Ada Quill"]),
        ("Ada Quill Senior Markets Reporter", "en", ["Ada Quill"]),
        ("AQ Ada Quill", "en", ["Ada Quill"]),
        ("Ada Quill RN", "en", ["Ada Quill"]),
        ("By Ada Quill Updated November 12, 2026", "en", ["Ada Quill"]),
        ("November 12, 2026 This note was written by Ada Quill", "en", ["Ada Quill"]),
        ("ada@tapewire.example (Ada Quill)", "en", ["Ada Quill"]),
        ("Words by Ada Quill. Pictures by Tom Reed", "en", ["Ada Quill"]),
        ("Ada Quill Jr., Tom Reed", "en", ["Ada Quill Jr.", "Tom Reed"]),
        ("content: Quay Media, layout: Tom Reed", "en", []),
        ("3i Larch", "en", ["3i Larch"]),
    ],
)
def test_names_split_and_freed(text: str, language: str, names: list[str]) -> None:
    assert list(split_names([text], language)) == names


@pytest.mark.parametrize("title", ["Tapewire", "Home", "News | Tapewire"])
def test_the_headline_where_the_title_says_nothing(title: str) -> None:
    assert page(title=title, head='<meta property="og:site_name" content="Tapewire">').title == TITLE


@pytest.mark.parametrize(
    ("shared", "shown", "title"),
    [
        (
            "Larch Freight stock outlook 2026",
            "Larch Freight's outlook: five charts",
            "Larch Freight's outlook: five charts",
        ),
        ("Larch Freight lifts outlook - Ten charts", "Larch Freight lifts outlook", "Larch Freight lifts outlook"),
        ("Larch Freight lifts outlook", "Shipping Larch Freight lifts outlook", "Larch Freight lifts outlook"),
        ("Larch lifts its outlook", "Larch has lifted its outlook", "Larch has lifted its outlook"),
    ],
)
def test_the_headline_that_readers_see_where_the_data_name_none(shared: str, shown: str, title: str) -> None:
    head = f'<title>{shared}</title><meta property="og:title" content="{shared}">'
    html = f"<html><head>{head}</head><body><article><h1>{shown}</h1>{BODY}</article></body></html>"
    assert extract(html, URL).title == title


def test_less_and_greater_are_no_tags() -> None:
    head = '<meta property="og:title" content="Stocks with P/E &lt; 15 and a yield &gt; 4%">'
    html = (
        f"<html><head>{head}</head><body><article><h1>Stocks with P/E &lt; 15 and a yield &gt; 4%</h1>{BODY}</article>"
    )
    assert extract(html, URL).title == "Stocks with P/E < 15 and a yield > 4%"


def test_a_name_alone_below_a_story_is_its_author() -> None:
    html = f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{BODY}<p>Lena Phuong</p></article>"
    assert extract(html, URL).authors == ("Lena Phuong",)


@pytest.mark.parametrize(
    ("kind", "shown", "title"),
    [
        # A plugin tells search engines another headline; an outlet's own data are believed.
        ("BlogPosting", "Why we took larch in ten small steps", "Why we took larch in ten small steps"),
        ("NewsArticle", "Why we took larch in ten small steps", "Larch in ten steps: a guide"),
        ("NewsArticle", "Larch in ten steps", "Larch in ten steps: a guide"),
        ("NewsArticle", "a guide", "a guide"),
    ],
)
def test_the_visible_headline_of_a_post_and_the_stated_one_of_news(kind: str, shown: str, title: str) -> None:
    stated = (
        f'<script type="application/ld+json">{{"@type":"{kind}","headline":"Larch in ten steps: a guide"}}</script>'
    )
    html = f"<html><head><title>Larch in ten steps: a guide</title>{stated}</head><body><h1>{shown}</h1>{BODY}"
    assert extract(html, URL).title == title


@pytest.mark.parametrize(
    ("told", "headings", "title"),
    [
        (
            "Where to walk in Oslo",
            ("The best woods in Oslo", "Here is where to swim in Oslo"),
            "The best woods in Oslo",
        ),
        ("Larch prices rise | Markets", ("Prices of larch rise again",), "Prices of larch rise again"),
        ("Larch prices rise | Markets", (), "Larch prices rise"),
        ("Larch prices rise | Tapewire Community Forum", (), "Larch prices rise"),
        ("News | Larch prices rise", (), "Larch prices rise"),
        ("A quill's diary » Blog Archive » Larch freight lifts", ("A quill's diary",), "Larch freight lifts"),
        ("Larch freight lifts | A quill's diary", ("A quill's diary",), "Larch freight lifts"),
        ("Mill shut - Elm mourns", ("Elm mourns Mill shut",), "Mill shut - Elm mourns"),
        ("What the board of Elm said", ("Newsroom of the quay",), "What the board of Elm said"),
    ],
)
def test_the_headline_among_headings_and_names_of_the_site(told: str, headings: tuple[str, ...], title: str) -> None:
    shown = "".join(f"<h1>{heading}</h1>" for heading in headings)
    assert extract(f"<html><head><title>{told}</title></head><body>{shown}{BODY}", URL).title == title


def test_a_name_and_a_day_above_the_headline() -> None:
    above = "<div><span>12 November 2026</span><span>Ada Q. Quill</span></div>"
    html = (
        f"<html><head><title>{TITLE}</title></head><body><article>{above}<h1>{TITLE}</h1>{BODY}</article></body></html>"
    )
    assert extract(html, URL).authors == ("Ada Q. Quill",)


def test_a_heading_that_leads_to_the_front_page_is_the_outlets_name() -> None:
    head = "<title>Elm Data Blog: Small adventures in larch</title>"
    logo = '<h1><a href="https://www.tapewire.example/">Elm Data Blog</a></h1>'
    told = extract(f"<html><head>{head}</head><body>{logo}<h3>Small adventures in larch</h3>{BODY}", URL)
    assert told.title == "Small adventures in larch"
    linked = f'<h1><a href="{URL}">{TITLE}</a></h1>'
    assert extract(f"<html><head><title>{TITLE} - Elm</title></head><body>{linked}{BODY}", URL).title == TITLE


@pytest.mark.parametrize(
    ("stated", "canonical"),
    [
        ("https://www.tapewire.example/markets", None),  # what a system gives for every page of the section
        ("/markets/", None),
        ("/markets/undefined", None),
        (
            "/markets/larch-freight-lifts-outlook-4711",
            "https://www.tapewire.example/markets/larch-freight-lifts-outlook-4711",
        ),
        ("/2026/larch-lifts-outlook", "https://www.tapewire.example/2026/larch-lifts-outlook"),
        ("https://wire.example/larch", "https://wire.example/larch"),
    ],
)
def test_a_canonical_address_is_one_that_can_be_a_storys(stated: str, canonical: str | None) -> None:
    assert page(head=f'<link rel="canonical" href="{stated}">').canonical_url == canonical


@pytest.mark.parametrize("part", ["2", "page/2", "amp", "print"])
def test_a_part_or_a_form_of_a_story_has_the_storys_address(part: str) -> None:
    html = f'<html><head><title>{TITLE}</title><link rel="canonical" href="{URL}"></head><body><h1>{TITLE}</h1>{BODY}'
    assert extract(html, f"{URL}/{part}").canonical_url == URL


def test_a_lesser_heading_where_a_page_has_no_other() -> None:
    lesser = "<h3>Tools</h3><h2>Larch for beginners</h2><h2>Sowing</h2>"
    told = "<title>Larch for beginners - Elm friends</title>"
    assert extract(f"<html><head>{told}</head><body>{lesser}{BODY}", URL).title == "Larch for beginners"
    alone = "<h2>Sowing in good time</h2>"
    assert extract(f"<html><head>{told}</head><body>{alone}{BODY}", URL).title == "Larch for beginners - Elm friends"


def test_a_shared_title_that_ends_at_a_quotation_mark_is_not_whole() -> None:
    head = '<title>Elm calls it "a mistake"</title><meta property="og:title" content="Elm calls it "a mistake"">'
    assert extract(f"<html><head>{head}</head><body>{BODY}", URL).title == 'Elm calls it "a mistake"'
