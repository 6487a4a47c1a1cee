"""Where on its page each fact of an article stands: for people who tune an outlet's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from broadtape.article import Article
from broadtape.cleaning.metadata.title import titles_of
from broadtape.cleaning.metadata.visible_bylines import bylines
from broadtape.cleaning.page import selectors
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.page.head import Head, fold, read_head
from broadtape.cleaning.page.json_ld import as_list, text_of
from broadtape.cleaning.page.own_part import OwnPart
from broadtape.cleaning.page.parse import Page, parse
from broadtape.site import Site
from broadtape.urls import host_of

__all__ = ["evidence_of"]

_METAS = {
    "title": ("og:title", "twitter:title", "dc.title", "title"),
    "by": ("author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl"),
    "summary": ("og:description", "description", "twitter:description"),
    "section": ("article:section", "section", "parsely-section"),
    "tags": ("article:tag", "news_keywords", "keywords", "parsely-tags"),
    "modified": ("article:modified_time", "og:updated_time", "lastmod", "last-modified"),
}
_KEYS = {
    "title": "headline", "by": "author", "summary": "description", "section": "articleSection", "tags": "keywords",
    "modified": "dateModified",
}  # fmt: skip


def evidence_of(html: bytes | str, url: str, article: Article, site: Site | None = None) -> dict[str, list[str]]:
    """For each fact, by the name that `show` calls it, the places of the page that state it, such as `og:title`.

    Raises NotAnArticle for what is no page.
    """
    page = parse(html, url)
    head = read_head(Elements(page.tree), url)
    told: dict[str, Callable[[str], bool]] = {
        "title": lambda text: bool(article.title) and fold(article.title or "") in text,
        "by": lambda text: bool(article.authors) and all(fold(name) in text for name in article.authors),
        "summary": lambda text: bool(article.summary) and fold(article.summary or "")[:60] in text,
        "section": lambda text: bool(article.section) and fold(article.section or "") in text,
        "tags": lambda text: any(fold(tag) in text for tag in article.tags),
        "modified": lambda text: bool(article.modified_at) and f"{article.modified_at:%Y %m}" in text,
    }
    found = {
        name: [place for place, text in _places(name, head, page, site) if says(text)] for name, says in told.items()
    }
    found["language"] = ["the text", *(["lang"] if head.lang and head.lang[:2] == article.language else [])]
    if article.syndicated_from:
        elsewhere = head.canonical and article.syndicated_from in host_of(head.canonical)
        found["from"] = ["canonical address" if elsewhere else "the text"]
    return {name: places for name, places in found.items() if places}


_Place = tuple[str, str]


def _places(name: str, head: Head, page: Page, site: Site | None) -> Iterator[_Place]:
    """Every place that may state a fact, with what it says, folded."""
    key = _KEYS[name]
    stated = [fold(text) for value in as_list(head.data.story.get(key)) if (text := text_of(value))]
    yield f"json-ld {key}", " ".join(stated)
    for meta in _METAS[name]:
        yield meta, " ".join(map(fold, head.metas.get(meta, ())))
    if name in _SHOWN:
        yield from _SHOWN[name](head, page, site)


def _titles(head: Head, page: Page, site: Site | None) -> Iterator[_Place]:
    yield "h1", " ".join(map(fold, head.headings))
    yield "title element", fold(head.page_title or "")
    yield "the outlet's selector", fold(selectors.read(page.tree, site).title or "")


def _bylines(head: Head, page: Page, site: Site | None) -> Iterator[_Place]:
    elements = Elements(page.tree)
    own = OwnPart(elements, titles_of(head), page.url)
    yield "byline", " ".join(fold(text) for _, text in bylines(elements, own, head.lang))
    yield "the outlet's selector", " ".join(map(fold, selectors.read(page.tree, site).bylines))


_SHOWN: dict[str, Callable[[Head, Page, Site | None], Iterator[_Place]]] = {"title": _titles, "by": _bylines}
