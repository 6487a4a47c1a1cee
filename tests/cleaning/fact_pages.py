"""Invented pages that tests of a story's facts are made of: a headline, a text, teasers and comments of others."""

from __future__ import annotations

from datetime import UTC, datetime

from broadtape.article import Article
from broadtape.cleaning import extract

__all__ = ["BODY", "TITLE", "URL", "ld", "page", "when"]

URL = "https://www.tapewire.example/markets/larch-freight-lifts-outlook-4711"
TITLE = "Larch Freight lifts its outlook for the year"
BODY = "".join(
    f"<p>Paragraph {n} of the story says what Larch Freight said of its outlook that day, and to whom it was said.</p>"
    for n in range(6)
)
OTHERS = (
    '<aside class="related"><h3><a href="/markets/an-older-story-of-elm-4000">An older story of the Elm works</a></h3>'
    '<time datetime="2026-01-02T03:04:05Z">2 January</time><span class="author">Max Other</span></aside>'
    '<div class="comments"><div class="comment"><a class="author" rel="author">Troll King</a>'
    '<time datetime="2026-11-15T03:04:05Z">15 November</time></div></div>'
)


def page(below: str = "", head: str = "", above: str = "", title: str = TITLE, lang: str = "en") -> Article:
    html = (
        f'<html lang="{lang}"><head><title>{title}</title>{head}</head><body>{above}<main><article><h1>{TITLE}</h1>'
        f"{below}{BODY}</article></main>{OTHERS}</body></html>"
    )
    return extract(html, URL, fetched_at=datetime(2026, 11, 20, tzinfo=UTC))


def when(article: Article) -> tuple[str, str | None, str | None]:
    at = article.published_at
    return at.strftime("%Y-%m-%dT%H:%M:%S") if at else "", article.published_precision, article.published_source


def ld(**facts: str) -> str:
    inner = ",".join(f'"{key}":{value}' for key, value in facts.items())
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{TITLE}",{inner}}}</script>'
