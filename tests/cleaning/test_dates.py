"""When a story was published: its own time, with the precision that is known, or none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broadtape.cleaning import extract
from tests.cleaning.fact_pages import BODY, TITLE, URL, ld, page, when


@pytest.mark.parametrize(
    "shown",
    [
        '<time datetime="2026-11-12T09:30:00+00:00">Thursday</time>',
        '<abbr class="published" title="2026-11-12T04:30:00-05:00">4:30</abbr>',
        '<span property="schema:datePublished" content="2026-11-12T09:30:00Z"></span>',
        '<em>12 November 2026, 09:30:00 GMT</em>',
        '<div class="x7"><span>12 Nov 2026 09:30:00 UTC</span></div>',
        '<p>Updated 14 Nov 2026 08:00 GMT | First published 12 Nov 2026 09:30:00 GMT</p>',
        '<span class="update">Updated</span> <time datetime="2026-11-14T09:30:00Z">14 Nov</time>'
        '<time pubdate datetime="2026-11-12T09:30:00Z">12 Nov</time>',
    ],
)  # fmt: skip
def test_the_time_beside_the_headline_in_elements_of_any_name(shown: str) -> None:
    assert when(page(shown)) == ("2026-11-12T09:30:00", "second", "dom")


@pytest.mark.parametrize(
    ("shown", "lang"),
    [
        ("<small>12 November 2026</small>", "en"),
        ("<p>Publié le 12/11/2026 à 10h30</p>", "fr"),
        ("<p>Von Jutta Berg, 12.11.2026, 10.30 Uhr</p>", "de"),
        ('<time datetime="12-11-2026 10:29">12. November 2026 10:29</time>', "de"),
        ("<p>12 listopada 2026</p>", "pl"),
        ("<p>2026年11月12日 10:30</p>", "ja"),
        ("<p>12 Kasım 2026 Perşembe</p>", "tr"),
        ("<p>١٢ نوفمبر ٢٠٢٦</p>", "ar"),
        ("<p>১২ নভেম্বর ২০২৬</p>", "bn"),
        ('<time datetime="2026-11-19T09:41:07Z">12 November 2026</time>', "en"),  # the moment of serving
    ],
)
def test_a_day_where_the_zone_of_a_time_is_not_known(shown: str, lang: str) -> None:
    assert when(page(shown, lang=lang)) == ("2026-11-12T00:00:00", "day", "dom")


def test_a_time_a_day_off_what_it_shows_is_that_of_another_zone() -> None:
    shown = '<time datetime="2026-11-12T23:30:00Z">13 November 2026</time>'
    assert when(page(shown)) == ("2026-11-12T23:30:00", "second", "dom")


def test_times_of_other_stories_comments_and_tickers_are_not_the_storys() -> None:
    ticker = (
        '<div class="ticker"><ul><li><time datetime="2026-11-19T08:00:00Z">8:00</time> <a href="/x">Yields rise</a>'
        "</li></ul></div>"
    )
    assert page(above=ticker).published_at is None


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="last-modified" content="2026-11-14">',
        '<meta property="article:modified_time" content="2026-11-14T08:00:00Z">',
        '<meta property="og:image" content="https://www.tapewire.example/i/2026/11/12/larch-2026-11-12.png">',
    ],
)
def test_a_change_in_the_head_alone_or_the_day_of_an_image_is_no_publication(head: str) -> None:
    assert page(head=head).published_at is None


@pytest.mark.parametrize(
    "shown",
    [
        '<p class="meta">Last updated: 14 November 2026, 08:00 GMT</p>',
        '<div class="x"><div>Latest change</div><div>14 November 2026</div></div>',
        "<div>By Ada Quill, Markets editor, updated Nov. 14, 2026 - 8 min read</div>",
        '<div><time class="date-modified" datetime="2026-11-14">14 November 2026</time></div>',
    ],
)
def test_a_page_that_shows_only_its_last_change_gives_that_day_and_says_so(shown: str) -> None:
    article = page(shown)
    assert when(article) == ("2026-11-14T00:00:00", "day", "trafilatura")
    assert (article.published_raw or "").endswith(("14 November 2026", "Nov. 14, 2026"))
    published = ld(datePublished='"2026-11-12T09:30:00Z"')
    assert when(page(shown, head=published)) == ("2026-11-12T09:30:00", "second", "json-ld")


def test_a_change_that_stands_far_from_the_headline_counts_where_it_is_the_only_one() -> None:
    foot = '<div class="page-info">This page was last edited 14 November 2026 by Quill</div>'
    assert when(page(above=foot)) == ("2026-11-14T00:00:00", "day", "trafilatura")
    assert page(above=foot + "<div>Last edited 3 May 2026</div>").published_at is None
    sentence = "<p>The board updated its forecast on 14 November 2026, when nobody expected that it would do so.</p>"
    assert page(sentence).published_at is None


def test_a_day_that_only_htmldate_finds_says_so() -> None:
    html = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{BODY}"
    url = "https://www.tapewire.example/markets/2026-11-12+larch-freight"
    article = extract(html, url, fetched_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert when(article) == ("2026-11-12T00:00:00", "day", "trafilatura")
    either = page('<p class="date">11/12/2026</p>')
    assert when(either) == ("", None, None), "the eleventh or the twelfth month: nobody knows"


@pytest.mark.parametrize(
    "box",
    [
        '<aside class="story-sidebar"><h4>Published</h4><div class="when">12 November 2026</div></aside>',
        '<footer class="entry__meta"><span>12 November 2026</span></footer>',
        '<div class="post-card__meta"><div>Desk</div><div>6</div><div>mins</div><div>Nov 12, 2026</div></div>',
        "<fieldset><legend>Markets</legend> 12 November 2026 <div></div></fieldset>",
    ],
)
def test_the_only_day_that_a_page_shows_wherever_it_stands(box: str) -> None:
    assert when(page(above=box)) == ("2026-11-12T00:00:00", "day", "dom")
    other = '<aside class="box"><span>3 May 2026</span></aside>'
    assert page(above=box + other).published_source in (None, "trafilatura")


@pytest.mark.parametrize(
    "opening",
    [
        "OSLO, Norway, Nov. 12, 2026 (TAPEWIRE) -- Larch Freight said on Thursday that it expects more of the year.",
        "12.11.2026 - Larch Freight erwartet für das Jahr mehr als zuvor, wie das Haus am Donnerstag mitteilte.",
        "(12 November 2026) Larch Freight expects more of the year than before, the house said on Thursday.",
    ],
)
def test_the_day_with_which_a_release_begins(opening: str) -> None:
    html = f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p>{opening}</p>{BODY}</article>"
    assert when(extract(html, URL, fetched_at=datetime(2026, 11, 20, tzinfo=UTC)))[1:] == ("day", "dom")


def test_a_day_within_a_sentence_is_no_dateline() -> None:
    text = "Larch Freight, whose board met on 12 November 2026, said in the evening that it expects more of the year."
    assert page(f"<p>{text}</p>").published_at is None


def test_a_day_that_the_page_shows_comes_before_the_later_one_of_a_template() -> None:
    filled_in = ld(datePublished='"Nov 18, 2026"')
    assert when(page("<p>12 November 2026</p>", head=filled_in)) == ("2026-11-12T00:00:00", "day", "dom")
    assert when(page("<p>Fiscal year to 12 November 2026</p>", head=filled_in))[0] == "2026-11-18T00:00:00"
    loose = '<meta name="date" content="2026-11-18">'
    assert when(page("<p>12.11.2026, 10:30 Uhr</p>", head=loose)) == ("2026-11-12T00:00:00", "day", "dom")
    assert when(page(head=loose)) == ("2026-11-18T00:00:00", "day", "meta")
    agreed = '<meta name="date" content="2026-11-12T06:30:20-05:00">'
    assert when(page("<p>November 12, 2026 6:30 AM ET</p>", head=agreed)) == ("2026-11-12T11:30:20", "second", "meta")


def test_a_time_of_the_head_gives_way_to_the_first_publication_that_the_page_shows_in_its_stead() -> None:
    anew = ld(datePublished='"2026-11-18T09:30:00Z"')
    assert when(page("<p>Published on 12 November 2026</p>", head=anew)) == ("2026-11-12T00:00:00", "day", "dom")
    both = "<p>12 November 2026</p><p>18 November 2026</p>"
    assert when(page(both, head=anew)) == ("2026-11-18T09:30:00", "second", "json-ld")
    quoted = "<blockquote><p>A post shared by Elm</p><time>12 November 2026</time></blockquote>"
    assert when(page(quoted, head=anew)) == ("2026-11-18T09:30:00", "second", "json-ld")
    turned = ld(datePublished='"2026-11-05T09:30:00Z"')
    assert when(page("<p>11/05/2026</p>", head=turned, lang="de"))[0] == "2026-11-05T09:30:00"


def test_a_publication_that_a_dash_parts_from_an_update_with_a_day_of_its_own() -> None:
    shown = "<div>Ada Quill | 12.11.2026 - Güncelleme : 14.11.2026</div>"
    assert when(page(shown, lang="tr")) == ("2026-11-12T00:00:00", "day", "dom")


def test_midnight_where_the_outlet_is_is_a_day() -> None:
    stated = ld(datePublished='"2026-11-11T23:00:00.000Z"')
    html = f"<html><head><title>{TITLE}</title>{stated}</head><body><h1>{TITLE}</h1>{BODY}"
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert when(extract(html, "https://www.tapewire.de/larch", fetched_at=now))[:2] == ("2026-11-12T00:00:00", "day")
    assert when(extract(html, URL, fetched_at=now))[:2] == ("2026-11-11T23:00:00", "second")


@pytest.mark.parametrize("names", ["margin-top margin-medium", "letter-kind"])
def test_names_of_distances_and_of_the_pages_own_folder_set_nothing_apart(names: str) -> None:
    below = f'<div class="{names}"><div class="newsletter-facts"><p>12 November 2026</p></div></div>'
    html = f"<html><head><title>{TITLE}</title></head><body><div><h1>{TITLE}</h1>{below}</div>{BODY}"
    url = "https://www.tapewire.example/newsletter/larch-freight"
    assert when(extract(html, url, fetched_at=datetime(2026, 11, 20, tzinfo=UTC)))[2] == "dom"


def test_a_story_that_moved_keeps_the_day_of_its_address() -> None:
    stated = ld(datePublished='"2026-11-12T09:30:00Z"')
    html = f"<html><head><title>{TITLE}</title>{stated}</head><body><h1>{TITLE}</h1>{BODY}"
    now = datetime(2026, 11, 20, tzinfo=UTC)
    moved = extract(html, "https://www.tapewire.example/2024/3/5/larch-freight-lifts", fetched_at=now)
    assert when(moved) == ("2024-03-05T00:00:00", "day", "url")
    same = extract(html, "https://www.tapewire.example/2026/11/11/larch-freight-lifts", fetched_at=now)
    assert when(same) == ("2026-11-12T09:30:00", "second", "json-ld")
    last = extract(f"<h1>{TITLE}</h1>{BODY}", "https://www.tapewire.example/news/29-10-2025", fetched_at=now)
    assert when(last) == ("2025-10-29T00:00:00", "day", "url")
    named = extract(f"<h1>{TITLE}</h1>{BODY}", "https://www.tapewire.example/news/2025/oct/29/larch", fetched_at=now)
    assert when(named) == ("2025-10-29T00:00:00", "day", "url")


@pytest.mark.parametrize("stated", ["2026-11-12T00:00:00+01:00", "2026-11-12T00:00:00.000Z", "2026-11-12 00:00:00"])
def test_midnight_to_the_second_is_a_day(stated: str) -> None:
    assert when(page(head=ld(datePublished=f'"{stated}"'))) == ("2026-11-12T00:00:00", "day", "json-ld")
    shown = page('<time datetime="2026-11-12T09:30:00Z">12 Nov</time>', head=ld(datePublished=f'"{stated}"'))
    assert when(shown) == ("2026-11-12T09:30:00", "second", "dom")


@pytest.mark.parametrize(
    "name", ["publication_date", "publication-date", "DC.Date.Issued", "article:published", "pubDate"]
)
def test_a_meta_tag_of_any_spelling(name: str) -> None:
    assert when(page(head=f'<meta name="{name}" content="2026-11-12T09:30:00Z">')) == (
        "2026-11-12T09:30:00", "second", "meta",
    )  # fmt: skip


@pytest.mark.parametrize(
    "stated", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "1970-01-01T00:00:00Z", "2026-12-24T00:00:00Z"]
)
def test_a_time_out_of_range_is_none(stated: str) -> None:
    assert page(head=ld(datePublished=f'"{stated}"')).published_at is None


def test_numbers_are_seconds_or_milliseconds() -> None:
    for number in ("1794475800", "1794475800000", '"1794475800"'):
        assert when(page(head=ld(datePublished=number))) == ("2026-11-12T09:30:00", "second", "json-ld")


def test_json_ld_written_as_if_it_were_markup() -> None:
    stated = f'{{"@type":"NewsArticle","headline":"{TITLE}","datePublished":"2026-11-12T09:30:00Z"}}'
    script = f'<script type="application/ld+json">{stated.replace(chr(34), "&quot;")}</script>'
    assert when(page("", script))[0] == "2026-11-12T09:30:00"


def test_rdfa_of_dublin_core() -> None:
    shown = '<span property="dc:date" content="2026-11-12T09:30:00Z">Thursday</span>'
    assert when(page(shown))[0] == "2026-11-12T09:30:00"
