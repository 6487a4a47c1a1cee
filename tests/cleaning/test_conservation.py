"""Nothing that a page shows is lost without a trace: it is in the text, in `removed`, or in a region outside."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import re
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadtape.article import Article
from broadtape.cleaning import extract
from broadtape.cleaning.conservation import Account, account
from broadtape.errors import NotAnArticle
from broadtape.site import Site
from tests.examples import examples

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "pages"
URL = "https://www.example.com/markets/orders-rise-at-quay-works"
EVERY = int(os.environ.get("BROADTAPE_TEST_EVERY_PAGE", "5"))
"""Of the real pages, one in so many is looked at; `make check-pages` looks at all of them."""
STORY = "".join(
    f"<p>Paragraph {n} says what the harbour board of Ostwick decided on its {n}th day of talks this autumn.</p>"
    for n in range(8)
)


def accounted(page: str | bytes, url: str = URL, site: Site | None = None) -> tuple[Article, Account]:
    article = extract(page, url, site=site)
    return article, account(page, url, article, site=site)


def test_each_place_is_told_apart() -> None:
    page = f"""<body><header><a href="/">The Gull Gazette</a></header><div id="page">Since 1901<article>{STORY}
      <div class="newsletter">Have our letters sent to you every morning.</div></article>
      <div class="teasers"><a href="/x">Ferries to run later</a></div></div></body>"""
    article, made = accounted(page)
    assert [(line.line, line.rule) for line in article.removed] == [
        ("Have our letters sent to you every morning.", "furniture")
    ]
    assert {region.opening: region.words for region in article.outside} == {
        "The Gull Gazette": 3, "Since 1901": 2, "Ferries to run later": 4,
    }  # fmt: skip
    assert (made.text, made.removed, made.outside, made.holes) == (article.word_count, 8, 9, ())


def test_what_goes_missing_is_named() -> None:
    page = f"<article>{STORY}<p>The pilots were not asked. Nobody knew why.</p></article>"
    whole, _ = accounted(page)
    assert whole.text
    cut = extract(page.replace("The pilots were not asked.", ""), URL)
    assert account(page, URL, cut).holes == ("The pilots were not asked.",)


def test_what_an_outlets_selectors_drop_is_told_with_the_selector() -> None:
    site = Site(
        name="gull", title="Gull", homepage="https://www.example.com/", hosts=("www.example.com",), country="GB",
        selectors={"drop": [".offer"]},
    )  # fmt: skip
    article, made = accounted(
        f'<article>{STORY}<div class="offer"><p>Half price!</p>Ends soon.</div></article>', site=site
    )
    assert [(line.line, line.rule) for line in article.removed] == [
        ("Half price!", "drop .offer"), ("Ends soon.", "drop .offer"),
    ]  # fmt: skip
    assert made.holes == ()


def test_a_long_piece_of_furniture_is_told_whole_and_once() -> None:
    words = " ".join(f"word{n}" for n in range(60))
    page = f'<article>{STORY}<aside class="promo"><div class="ad">{words}</div></aside></article>'
    article, made = accounted(page)
    assert [line.line for line in article.removed] == [words]
    assert made.holes == ()


def test_text_behind_a_streamed_piece_stays() -> None:
    page = f"""<body><article>{STORY}<template id="B:1"></template>After the hole.</article>
      <div hidden id="S:1"><p>What came later, with a sentence long enough to be one of the story's.</p></div>
      Loose behind the piece.</body>"""
    article, made = accounted(page)
    assert "What came later, with a sentence long enough to be one of the story's." in article.paragraphs
    assert made.holes == ()


# Numbered when the page is made, so that no word stands in for another that was lost.
WORDS = st.sampled_from("harbour§ board§ talks§ pilots§ fares§ ferry§ tide§ ledger§ 4.2 percent§ Ostwick§".split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=14).map(lambda words: " ".join(words).capitalize() + ".")
NAMES = st.sampled_from(
    [
        "", "widget", "related", "inline-placeholder", "article-body", "share-price", "dateline", "ad", "comments",
        "footer", "caption", "has-footer", "author", "overflow-hidden", "sidebar", "ticker", "screen-reader-text",
    ]
)  # fmt: skip
INLINE = st.sampled_from("a b em span i strong time small q abbr".split())
BLOCKS = st.sampled_from(
    "p div section li ul ol h2 h3 blockquote figure figcaption aside nav footer header article main td pre dl dd "
    "table form details summary center fieldset".split()
)


def _wrapped(tag: str, name: str, inner: list[str]) -> str:
    return f'<{tag} class="{name}">{" ".join(inner)}</{tag}>'


PROSE = st.one_of(
    SENTENCES.map(escape),
    st.builds(
        lambda a, tag, name, b, c: f"{a} {_wrapped(tag, name, [b])} {c}", SENTENCES, INLINE, NAMES, WORDS, SENTENCES
    ),
)
ROWS = st.lists(st.lists(WORDS, min_size=2, max_size=4), min_size=1, max_size=4).map(
    lambda rows: "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
)
PIECES = st.recursive(
    st.one_of(PROSE, PROSE.map(lambda text: f"<p>{text}</p>"), ROWS.map(lambda rows: f"<table>{rows}</table>")),
    lambda inner: st.builds(_wrapped, st.one_of(BLOCKS, INLINE), NAMES, st.lists(inner, min_size=1, max_size=4)),
    max_leaves=20,
)


@given(st.lists(PIECES, max_size=5), st.lists(PIECES, max_size=3), st.sampled_from(["", STORY]))
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_page(inside: list[str], beside: list[str], story: str) -> None:
    page = f"<body>{''.join(beside)}<article>{''.join(inside)}{story}</article>{''.join(beside)}</body>"
    numbers = itertools.count(1000)
    page = re.sub("§", lambda _: str(next(numbers)), page)
    try:
        _, made = accounted(page)
    except NotAnArticle:
        return
    assert made.holes == ()


@pytest.mark.parametrize("path", sorted((HERE / "pages").rglob("*.html")), ids=lambda path: path.stem)
def test_our_own_pages(path: Path) -> None:
    assert accounted(path.read_bytes())[1].holes == ()


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real pages are not at {SHARED}")
@pytest.mark.parametrize("name", ["finance", "general", "web", "chunks"])
def test_real_pages(name: str) -> None:
    lines = (SHARED / name / "truth.jsonl").read_text("utf-8").split("\n")
    holes: dict[str, tuple[str, ...]] = {}
    for row in (json.loads(line) for line in lines[::EVERY] if line):
        page = gzip.decompress((SHARED / name / row["html"]).read_bytes())
        try:
            made = accounted(page, row["url"])[1]
        except NotAnArticle:
            continue
        if made.holes:
            holes[row["id"]] = made.holes
    assert holes == {}
