"""The whole way from a page to its article."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from broadtape.article import Article
from broadtape.cleaning.body.choose import story_blocks
from broadtape.cleaning.boilerplate.learnt import take_learnt
from broadtape.cleaning.boilerplate.line_rules import Cleaned, clean_blocks
from broadtape.cleaning.boilerplate.position import tidy
from broadtape.cleaning.boilerplate.rule_set import rules_for
from broadtape.cleaning.extractor import extractor_id
from broadtape.cleaning.metadata.authors import authors_of, only_outlet, people_in
from broadtape.cleaning.metadata.change_dates import shown_change
from broadtape.cleaning.metadata.dates import modified_of, published_of
from broadtape.cleaning.metadata.editorial_flags import is_paywalled, section_of, summary_of, syndicated_from, tags_of
from broadtape.cleaning.metadata.language import language_of, word_count
from broadtape.cleaning.metadata.only_date import dateline, only_date
from broadtape.cleaning.metadata.stated import Stated, place_of, stated_day
from broadtape.cleaning.metadata.title import headline, titles_of
from broadtape.cleaning.metadata.visible_bylines import bylines, names_beside_dates, topics_of
from broadtape.cleaning.metadata.visible_dates import declared_dates, drop_changes, other_dates, shown_dates
from broadtape.cleaning.non_articles import Evidence, refuse_thin
from broadtape.cleaning.page import selectors
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.page.head import Head, read_head
from broadtape.cleaning.page.own_part import OwnPart
from broadtape.cleaning.page.parse import Page, parse
from broadtape.cleaning.rendering.as_seen import as_seen
from broadtape.cleaning.rendering.blocks import Block
from broadtape.cleaning.securities.ticker_links import quotes_in
from broadtape.cleaning.securities.tickers import tickers_of
from broadtape.cleaning.trafilatura_engine import day_of
from broadtape.errors import NotAnArticle
from broadtape.learnt_rules import LearntRules
from broadtape.site import Site
from broadtape.stated_times import is_plausible
from broadtape.times import utcnow
from broadtape.urls import GENERAL, canonical_url

__all__ = ["extract"]

_EDGES = frozenset({"byline", "margin"})


def extract(
    html: bytes | str,
    url: str,
    *,
    site: Site | None = None,
    learnt: LearntRules | None = None,
    content_type: str | None = None,
    fetched_at: datetime | None = None,
) -> Article:
    """The article on a page that was served at `url`.

    `learnt` are the rules that the outlet's archive taught; `content_type` is the HTTP header; `fetched_at` (aware)
    bounds the dates a page may claim, now where not given.
    Raises NotAnArticle, whose reason is one of `empty`, `not_html`, `too_large`, `too_deep`, `challenge`, `consent`,
    `login`, `maintenance`, `soft_404`, `redirect`, `section`, `no_text`.
    """
    page = parse(html, url, content_type)
    try:
        return _article(page, site, learnt, fetched_at)
    except RecursionError:
        raise NotAnArticle("too_deep", "elements nest too deeply to be walked") from None


def _article(page: Page, site: Site | None, learnt: LearntRules | None, fetched_at: datetime | None) -> Article:
    elements = as_seen(page.tree)
    head = read_head(elements, page.url)
    found = selectors.read(page.tree, site)
    title = headline(head, found.title)
    titles = titles_of(head, title)
    own = OwnPart(elements, titles, page.url)
    authors = authors_of(head, found.bylines, bylines(elements, own, head.lang))
    place = place_of(head, site)
    published = _published(head, found.published, elements, own, site, fetched_at) or only_date(page.tree, own, place)
    changed = None if published else shown_change(page.tree, own, place)
    nobody = only_outlet(authors, head)
    beside = list(names_beside_dates(own, head.lang)) if nobody else []
    topics = topics_of(elements, head) if nobody else set()
    quotes = quotes_in(elements)
    story = story_blocks(page, elements, head, site)
    cleaned = _clean(story.blocks, head, titles, title, authors, site, learnt)
    lines = [block.text for block in cleaned.blocks]
    if nobody:
        authors = people_in((*_about_the_story(cleaned), *beside), head, "\n".join(lines), topics) or authors
    published = published or dateline(lines, place) or changed or _likely_day(page, titles, fetched_at)
    text = unicodedata.normalize("NFC", "\n\n".join(lines))
    words = word_count(text)
    dated = published is not None and published.source != "trafilatura"
    refuse_thin(head, text, words, page, Evidence(title, dated, () if only_outlet(authors, head) else authors))
    flags = cleaned.flags
    rules = site.address_rules if site else GENERAL
    return Article(
        url=canonical_url(page.url, rules),
        title=title,
        text=text,
        summary=summary_of(head),
        authors=authors,
        published_at=published.moment if published else None,
        published_raw=published.raw if published else None,
        published_precision=published.precision if published else None,
        published_source=published.source if published else None,
        modified_at=modified_of(head, published, site, fetched_at),
        update_note=flags.get("update_note"),
        language=language_of(text, head.lang),
        section=section_of(head),
        tags=tags_of(head),
        tickers=tickers_of("\n".join((title or "", *_about_the_story(cleaned), text)), head, quotes, found.tickers),
        word_count=words,
        paywalled=is_paywalled(head, _paywall_marker(cleaned), words),
        syndicated_from=syndicated_from(head, flags.get("syndicated_from"), text),
        machine_generated="machine_generated" in flags,
        disclosure=flags.get("disclosure"),
        removed=(*story.removed, *cleaned.removed),
        outside=story.outside,
        canonical_url=canonical_url(head.canonical, rules) if head.canonical else None,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        extractor=extractor_id(site, learnt),
    )


def _published(
    head: Head,
    selected: Iterable[str],
    elements: Elements,
    own: OwnPart,
    site: Site | None,
    fetched_at: datetime | None,
) -> Stated | None:
    """What a page states of its publication: where the outlet's selectors point, in its markup, near its headline, then
    elsewhere in the story's part."""
    shown = chain(selected, declared_dates(elements, own), shown_dates(own))
    return published_of(head, shown, site, fetched_at, elsewhere=other_dates(elements, own))


def _clean(
    blocks: Sequence[Block],
    head: Head,
    titles: Sequence[str],
    title: str | None,
    authors: Sequence[str],
    site: Site | None,
    learnt: LearntRules | None,
) -> Cleaned:
    rules = rules_for(site)
    cleaned = clean_blocks(blocks, rules)
    take_learnt(cleaned, learnt, rules, title=title, outlet=head.outlet_names)
    tidy(cleaned, titles=titles, authors=authors)
    return cleaned


def _likely_day(page: Page, titles: Sequence[str], fetched_at: datetime | None) -> Stated | None:
    """The day that htmldate finds in the story's own part of a page, without what speaks of changes."""
    now, tree = fetched_at or utcnow(), page.fresh_tree()
    OwnPart(Elements(tree), titles, page.url).drop_others()
    drop_changes(tree)
    day = day_of(tree, page.url, now.date())
    stated = stated_day(day, day.isoformat(), "trafilatura") if day else None
    return stated if stated and is_plausible(stated.moment, now) else None


def _about_the_story(cleaned: Cleaned) -> list[str]:
    """Lines at the edges that were taken out for where they stand: a release names its symbols there."""
    return [removed.line for removed in cleaned.removed if removed.rule in _EDGES]


def _paywall_marker(cleaned: Cleaned) -> str | None:
    """The lines that say that the page gave only a part."""
    lines = [removed.line for removed in cleaned.removed if removed.rule == "paywall"]
    return "\n".join(lines) or cleaned.flags.get("paywalled")
