"""What is wrong about pages whatever an outlet was like before: for first runs, new outlets, and whoever adds one.

A template that changed gives every story the same text (the newsletter's), the same headline (the outlet's name) or the
same author (the editor in the margin). Stories share such things for good reasons, too: so the listings' own word on
headline and author stands, and two of many prove nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from broadtape.article import Article
from broadtape.capture import Listing
from broadtape.monitoring.measures import Page
from broadtape.monitoring.page_drift import Deviation

__all__ = ["find_absolute"]

_SEVERAL = 3
"""Stories that are no coincidence; two are, but where there are no more."""
_SIGNED = 5
"""Stories by one author and nobody else: a desk of one person has fewer in one look."""
_MOST = 0.5
"""Share of the pages that must have one headline: a column's instalments often have one."""
_PROSE = 30
"""Words: less is a headline and a line below it, which even a news flash exceeds."""

Fact = Callable[[Article], Hashable]
Stated = Callable[[Listing], object]


def find_absolute(pages: Sequence[Page], *, several: int = _SEVERAL, signed: int = _SIGNED) -> list[Deviation]:
    """What is wrong about these pages by themselves; each finding names the pages that it holds."""
    made = {page.article.article_id or page.url: (page, page.article) for page in pages if page.article}
    stories = list(made.values())
    found = [
        _same(stories, "carry one and the same text", lambda a: a.text_sha256 if a.text else None, several),
        _same(stories, "have one and the same headline", _headline, several, _MOST, lambda listing: listing.title),
        _same(stories, "name one and the same author", _authors, signed, 1.0, lambda listing: listing.authors),
        _thin(stories, several),
    ]
    return [finding for finding in found if finding]


def _same(
    stories: Sequence[tuple[Page, Article]],
    said: str,
    fact: Fact,
    several: int,
    share: float = 0.0,
    stated: Stated | None = None,
) -> Deviation | None:
    groups: dict[Hashable, list[Page]] = defaultdict(list)
    for page, article in stories:
        value = fact(article)
        if value and not (stated and page.listing and stated(page.listing)):
            groups[value].append(page)
    pages = max(groups.values(), key=len, default=[])
    enough = several if len(stories) >= several else max(2, len(stories))
    if len(pages) < enough or len(pages) < share * len(stories):
        return None
    return _deviation(pages, len(stories), said)


def _thin(stories: Sequence[tuple[Page, Article]], several: int) -> Deviation | None:
    pages = [page for page, article in stories if article.word_count < _PROSE and not article.paywalled]
    if len(pages) < several or len(pages) <= _MOST * len(stories):
        return None
    return _deviation(pages, len(stories), f"hold hardly any prose (fewer than {_PROSE} words)")


def _deviation(pages: Sequence[Page], of: int, said: str) -> Deviation:
    urls = [page.url for page in pages]
    told = f"{len(pages)} of {of} stories {said}"
    return Deviation(told, tuple(urls[:3]), holds=True, only=frozenset(urls), absolute=True)


def _headline(article: Article) -> Hashable:
    return " ".join((article.title or "").casefold().split())


def _authors(article: Article) -> Hashable:
    return tuple(author.casefold() for author in article.authors)
