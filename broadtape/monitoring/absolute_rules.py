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
from broadtape.monitoring.measures import Measures, Page
from broadtape.monitoring.page_drift import Deviation

__all__ = ["find_absolute", "find_repeated"]

_SEVERAL = 3
"""Stories that are no coincidence; two are, but where there are no more."""
_SIGNED = 5
"""Stories by one author and nobody else: a desk of one person has fewer in one look."""
_MOST = 0.5
"""Share of the pages that must have one headline: a column's instalments often have one."""
_PROSE = 30
"""Words: less is a headline and a line below it, which even a news flash exceeds."""
_HARDLY = f"hold hardly any prose (fewer than {_PROSE} words)"

Fact = Callable[[Article], Hashable]
Stated = Callable[[Listing], Hashable]


def find_absolute(pages: Sequence[Page], *, several: int = _SEVERAL, signed: int = _SIGNED) -> list[Deviation]:
    """What is wrong about these pages by themselves; each finding names the pages that it holds."""
    made = {page.article.article_id or page.url: (page, page.article) for page in pages if page.article}
    stories = list(made.values())
    few = min(several, max(2, len(stories)))
    texts = _largest(stories, lambda article: article.text_sha256 if article.text else None)
    titles = _largest(stories, lambda a: _folded(a.title), lambda listing: _folded(listing.title))
    authors = _largest(stories, lambda a: _each(a.authors), lambda listing: _each(listing.authors))
    thin = [page for page, article in stories if article.word_count < _PROSE and not article.paywalled]
    found = [
        (texts, len(texts) >= few, "have the same text"),
        (titles, len(titles) >= max(few, _MOST * len(stories)), "have the same headline"),
        (authors, len(authors) >= max(signed, len(stories)), "name the same author"),
        (thin, len(thin) >= several and len(thin) > _MOST * len(stories), _HARDLY),
    ]
    return [_deviation([page.url for page in those], len(stories), said) for those, wrong, said in found if wrong]


def find_repeated(repeated: Sequence[str], now: Measures, before: Sequence[Measures]) -> list[Deviation]:
    """That most stories so far repeat others, however few come at a time.

    `repeated` are the addresses of those that came now.
    """
    count, pages = (sum(getattr(each, name) for each in (now, *before)) for name in ("repeated", "pages"))
    # The first of a group repeats nobody yet.
    if not repeated or count < _SEVERAL - 1 or count <= _MOST * (pages - 1):
        return []
    return [_deviation(repeated, now.pages, "have the same text as other stories")]


def _largest(stories: Sequence[tuple[Page, Article]], fact: Fact, stated: Stated | None = None) -> list[Page]:
    """The most pages that have one value of a fact, but for those whose listing says the same."""
    groups: dict[Hashable, list[Page]] = defaultdict(list)
    for page, article in stories:
        value = fact(article)
        if value and not (stated and page.listing and stated(page.listing) == value):
            groups[value].append(page)
    return max(groups.values(), key=len, default=[])


def _deviation(urls: Sequence[str], of: int, said: str) -> Deviation:
    told = f"{len(urls)} of {of} stories {said}"
    return Deviation(told, tuple(urls[:3]), holds=True, only=frozenset(urls), absolute=True)


def _folded(title: str | None) -> str:
    return " ".join((title or "").casefold().split())


def _each(authors: Sequence[str]) -> tuple[str, ...]:
    return tuple(author.casefold() for author in authors)
