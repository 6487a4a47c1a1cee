"""What can be counted of one segment's pages: the numbers by which an outlet that broke is told from one that did not.

Each segment with pages leaves one ledger row (`measured`) that carries them, so that what is usual needs no article to
be read again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from statistics import median
from typing import Any, Self

from broadtape.article import Article
from broadtape.capture import Listing

__all__ = ["Measures", "Page", "Spread", "measure"]

_SAME_WORDS = 0.5
"""A page that has this share of its words in paragraphs of other stories carries no story of its own."""
_PARAGRAPH = 8
"""Words: shorter paragraphs (subheadings, datelines) may well stand on several pages."""
_DATELESS = {None, "url", "trafilatura", "feed"}
"""Sources of a date that is not read where the page states it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page that was cleaned: what it gave before its listing was consulted, or None where it gave no article."""

    url: str
    article: Article | None
    listing: Listing | None
    fetched_at: datetime
    first: bool
    """Whether no text of this story was held before."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some values and how far they usually lie from it (median, and median absolute deviation)."""

    middle: float
    mad: float
    n: int

    @classmethod
    def of(cls, values: Iterable[float]) -> Self | None:
        """The spread of these; None where there are none."""
        found = list(values)
        if not found:
            return None
        middle = median(found)
        return cls(round(middle, 4), round(median(abs(value - middle) for value in found), 4), len(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """One segment's pages in numbers; `run` is its place in time."""

    run: str = ""
    pages: int = 0
    """Pages that were cleaned; those below count among them."""
    textless: int = 0
    """Pages that gave no article."""
    undated: int = 0
    unsigned: int = 0
    repeated: int = 0
    """Pages whose text stands mostly on other stories' pages, too."""
    words: Spread | None = None
    removed: Spread | None = None
    """Share of the story's root that rules took out."""
    outside: Spread | None = None
    """Share of a page's words that stand outside of the story's root."""
    lag: Spread | None = None
    """Seconds from a new story's publication to its fetching."""
    offset: Spread | None = None
    """Seconds by which the listing's time of a story lies after the page's own."""
    odd: bool = False
    """Whether anything was not as usual: such pages are nobody's measure."""
    held: bool = False
    """Whether the segment's texts were held back."""

    def to_json(self) -> str:
        """For the ledger; zeros and absent facts are left out."""
        values = {name: value for name, value in asdict(self).items() if value and name != "run"}
        return json.dumps(values, sort_keys=True)

    @classmethod
    def from_json(cls, run: str, text: str | None) -> Self | None:
        """Reads what `to_json` wrote; None for anything else."""
        try:
            values: dict[str, Any] = json.loads(text or "")
            known = {f.name for f in fields(cls)} - {"run"}
            kept = {name: value for name, value in values.items() if name in known}
            spreads = {name: Spread(**value) for name, value in kept.items() if isinstance(value, dict)}
            return cls(run=run, **{**kept, **spreads})
        except (ValueError, TypeError, AttributeError):
            return None


def measure(
    run: str, pages: Sequence[Page], others: Mapping[str, Sequence[str]] | None = None
) -> tuple[Measures, tuple[str, ...]]:
    """The segment's measures, and the addresses of its repeated pages.

    `others` are paragraphs of earlier stories by `article_id`, for segments too small to compare within themselves.
    """
    made = [(page, page.article) for page in pages if page.article is not None]
    repeated = tuple(_repeated(made, others or {}))
    measures = Measures(
        run=run,
        pages=len(pages),
        textless=len(pages) - len(made),
        undated=sum(article.published_source in _DATELESS for _, article in made),
        unsigned=sum(not article.authors for _, article in made),
        repeated=len(repeated),
        words=Spread.of(article.word_count for _, article in made),
        removed=Spread.of(_removed_share(article) for _, article in made),
        outside=Spread.of(_outside_share(article) for _, article in made),
        lag=Spread.of(lag for page, article in made if page.first for lag in _lag(page, article)),
        offset=Spread.of(offset for page, article in made for offset in _offset(page, article)),
    )
    return measures, repeated


def _repeated(made: Sequence[tuple[Page, Article]], others: Mapping[str, Sequence[str]]) -> Iterator[str]:
    # By story: one that came twice, by two addresses or again after a while, repeats nobody but itself.
    stories = {name: set(_paragraphs(paragraphs)) for name, paragraphs in others.items()}
    for page, article in made:
        stories.setdefault(article.article_id or page.url, set()).update(_paragraphs(article.paragraphs))
    carriers = Counter(paragraph for paragraphs in stories.values() for paragraph in paragraphs)
    for page, article in made:
        words = _paragraphs(article.paragraphs)
        shared = sum(count for paragraph, count in words.items() if carriers[paragraph] > 1)
        if shared > _SAME_WORDS * max(1, sum(words.values())):
            yield page.url


def _paragraphs(paragraphs: Iterable[str]) -> dict[str, int]:
    """Each paragraph that is long enough to be told by, with the number of its words."""
    counted = ((paragraph, len(paragraph.split())) for paragraph in paragraphs)
    return {paragraph: words for paragraph, words in counted if words >= _PARAGRAPH}


def _removed_share(article: Article) -> float:
    taken = sum(len(removed.line) for removed in article.removed)
    return taken / max(1, taken + len(article.text or ""))


def _outside_share(article: Article) -> float:
    beside = sum(region.words for region in article.outside)
    inside = article.word_count + sum(len(removed.line.split()) for removed in article.removed)
    return beside / max(1, beside + inside)


def _lag(page: Page, article: Article) -> Iterator[float]:
    said = article.published_at or (page.listing.published_at if page.listing else None)
    if said and article.published_precision != "day":
        yield (page.fetched_at - said).total_seconds()


def _offset(page: Page, article: Article) -> Iterator[float]:
    listed = page.listing.published_at if page.listing else None
    if listed and article.published_at and article.published_source not in _DATELESS:
        yield (listed - article.published_at).total_seconds()
