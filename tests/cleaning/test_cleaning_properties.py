"""What holds for any bytes and any markup: nothing but NotAnArticle is raised, and the same page gives the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadtape.article import Article
from broadtape.cleaning import extract
from broadtape.errors import NotAnArticle
from broadtape.learnt_rules import LearntRule, LearntRules
from broadtape.site import Site
from tests.examples import examples

WHEN = datetime(2026, 3, 13, tzinfo=UTC)
PROSE = [
    "The index rose by 3.4 percent on Monday, analysts at the bank wrote in a note to clients.",
    "Shares of Larch Freight (NYSE: LRCH) fell, and nobody could say why that was so.",
    "By Ada Quill", "March 4, 2026 9:05 AM ET", "Sign up for our newsletter", "Read more: Index falls",
    "© 2026 Tapewire", "Loading...", "Advertisement", "Subscribe to continue reading", "$1.2 billion",
    "東京株式市場は反発した。",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(PROSE), st.text(max_size=60))
TAGS = st.sampled_from(
    "p div span a b h1 h2 ul li table tr td th blockquote article section header footer nav aside figure "
    "figcaption time script style template iframe form button pre br hr img svg math select option title "
    "meta base frameset".split()
)
NAMES = st.sampled_from(
    "class id href style role itemprop rel datetime content name property hidden data-symbol lang".split()
)
VALUES = [
    "article-body", "author byline", "related promo", "/quote/NYSE:LRCH", "http://[", "display:none", "datePublished",
    "S:1", "article:published_time", "2026-02-30T25:61:00+99:00", "0000-00-00", "author", "keywords", "B:1",
]  # fmt: skip
ATTRIBUTES = st.dictionaries(NAMES, st.one_of(TEXTS, st.sampled_from(VALUES)), max_size=3)
KEYS = st.sampled_from(
    "@type @id @graph @value name headline author datePublished dateModified articleBody keywords publisher url about "
    "mentions mainEntityOfPage isAccessibleForFree articleSection description wordCount itemListElement item "
    "tickerSymbol hasPart".split()
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.just("NewsArticle")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


def _element(tag: str, attributes: dict[str, str], inner: list[str], closed: bool) -> str:
    named = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{named}>{''.join(inner)}" + (f"</{tag}>" if closed else "")


MARKUP = st.recursive(
    st.one_of(TEXTS.map(escape), TEXTS, TEXTS.map(lambda text: f"<p>{escape(text)}</p>")),
    lambda inner: st.builds(_element, TAGS, ATTRIBUTES, st.lists(inner, max_size=4), st.booleans()),
    max_leaves=25,
)
LINKED = st.builds(
    lambda value, kind: f'<script type="{kind}">{json.dumps(value)}</script>',
    st.one_of(JSON, st.dictionaries(KEYS, JSON, max_size=8).map(lambda node: {**node, "@type": "NewsArticle"})),
    st.just("application/ld+json"),
)
PAGES = st.builds(
    lambda head, body, real: (
        f"<html><head>{''.join(head)}</head><body><article>{''.join(body)}{real}</article></body></html>"
    ),
    st.lists(st.one_of(LINKED, MARKUP), max_size=4),
    st.lists(MARKUP, max_size=6),
    st.sampled_from(["", "".join(f"<p>{line}</p>" for line in PROSE * 2)]),
)
SITE = Site(
    name="tapewire", title="Tapewire", homepage="https://e.example/", hosts=("e.example",), country="DE",
    selectors={
        "body": ["article"], "drop": [".promo"], "title": ["h1"], "byline": [".byline"], "published": ["time"],
        "tickers": ["[data-symbol]"], "state": ["json-ld:articleBody", "next-data:a.b"],
    },
)  # fmt: skip
RULES = LearntRules(
    site="tapewire",
    learnt_at=WHEN,
    rules=(
        LearntRule(
            pattern=PROSE[0], evidence="share", count=9, pages=20, days=4, first_seen=WHEN, last_seen=WHEN, examples=()
        ),
    ),
)
SETTINGS = settings(
    max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def outcome(page: bytes | str, site: Site | None = None, learnt: LearntRules | None = None) -> Article | str:
    try:
        return extract(page, "https://e.example/a/b-1", site=site, learnt=learnt, fetched_at=WHEN)
    except NotAnArticle as refused:
        return refused.reason


@given(
    st.one_of(st.binary(max_size=600), st.text(max_size=600).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
@SETTINGS
def test_any_bytes(page: bytes) -> None:
    assert outcome(page) == outcome(page)


@given(PAGES)
@SETTINGS
def test_any_markup(page: str) -> None:
    assert outcome(page) == outcome(page)


@given(PAGES, st.sampled_from(["utf-8", "utf-16", "cp1252", "shift_jis", "utf-8-sig"]))
@SETTINGS
def test_any_markup_in_any_charset_by_an_outlets_rules(page: str, charset: str) -> None:
    data = page.encode(charset, "replace")
    found = outcome(data, SITE, RULES)
    assert found == outcome(data, SITE, RULES)
    if isinstance(found, Article):
        assert found.text
        assert "\x00" not in found.text
        assert all(line.strip() == line and line for line in found.paragraphs)
        # A learnt line goes, unless it says what the headline says.
        assert PROSE[0] not in found.paragraphs or PROSE[0] in (found.title or "")


@given(PAGES, st.integers(min_value=0, max_value=2_000))
@SETTINGS
def test_a_page_cut_off_anywhere(page: str, at: int) -> None:
    assert outcome(page[:at].encode("utf-8", "replace")) is not None
