"""Whether anything is lost without a trace: every sentence that a page shows stands in the article's text, in
`removed`, or in a region outside of the story."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml.etree import XPath

from broadtape.article import Article
from broadtape.cleaning.body.choose import prepare
from broadtape.cleaning.body.outside import LOOSE, loose_lines
from broadtape.cleaning.embedded.unrendered import is_shell
from broadtape.cleaning.furniture.machinery import strip_machinery
from broadtape.cleaning.page.dom import finder
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.page.parse import Page, parse
from broadtape.cleaning.rendering.as_seen import as_seen
from broadtape.cleaning.rendering.tree_to_lines import walk
from broadtape.site import Site

__all__ = ["Account", "account"]

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？।])")
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Account:
    """Where the words of a page's sentences went; `holes` are the sentences that are nowhere."""

    text: int
    removed: int
    outside: int
    holes: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """All words that the page shows."""
        return self.text + self.removed + self.outside + sum(len(hole.split()) for hole in self.holes)


def account(
    html: bytes | str, url: str, article: Article, *, site: Site | None = None, content_type: str | None = None
) -> Account:
    """Account for every sentence of a page that gave `article`: `site` and `content_type` as they were given then.

    Raises NotAnArticle where the page cannot be parsed.
    """
    text, removed = _fold(article.text or ""), [_fold(line.line) for line in article.removed]
    regions = [_fold(region) for region in _regions(html, url, article, site, content_type)]
    places = _Places(text, removed, regions)
    counts = dict.fromkeys(("text", "removed", "outside"), 0)
    holes = []
    for line in _lines(html, url, content_type):
        for sentence in _SENTENCE.split(line):
            if (place := places.of(sentence) or places.of(line)) is None:
                holes.append(sentence)
            else:
                counts[place] += len(sentence.split())
    return Account(**counts, holes=tuple(holes))


class _Places:
    """Where a sentence may have gone, all of it folded to letters and digits."""

    def __init__(self, text: str, removed: Sequence[str], regions: Sequence[str]) -> None:
        self._whole = {"text": text, "removed": " ".join(removed), "outside": " ".join(regions)}
        self._removed, self._regions = removed, regions

    def of(self, words: str) -> str | None:
        """The place that holds these words, or most of them where rules took some out of their middle; None where
        none does."""
        folded = _fold(words)
        for name, held in self._whole.items():
            if folded in held:
                return name
        if _in_pieces(folded, self._whole["text"], self._removed):
            return "text"
        everything = " ".join(self._whole.values())
        return "outside" if _in_pieces(folded, everything, [*self._removed, *self._regions]) else None


def _lines(html: bytes | str, url: str, content_type: str | None) -> Iterator[str]:
    """Each line of a page, what it hides included, scripts and players left out."""
    tree = _read(html, url, content_type)[0].tree
    strip_machinery(tree)
    return (block.text for block in walk(tree))


def _read(html: bytes | str, url: str, content_type: str | None) -> tuple[Page, Elements]:
    """A page as cleaning begins with it, and its elements."""
    page = parse(html, url, content_type)
    return page, as_seen(page.tree)


def _regions(
    html: bytes | str, url: str, article: Article, site: Site | None, content_type: str | None
) -> Iterator[str]:
    """The text of each region that the article says it left out, read off the page again."""
    page, elements = _read(html, url, content_type)
    prepare(page, elements, site, shell=is_shell(page.tree))
    for region in article.outside:
        for element in finder(XPath(region.where.removesuffix(LOOSE)))(page.tree):
            loose = region.where.endswith(LOOSE)
            yield from loose_lines(element) if loose else ["".join(block.text for block in walk(element))]


def _in_pieces(sentence: str, text: str, removed: Iterable[str]) -> bool:
    """Whether a sentence is in `text` but for pieces of it that stand among `removed`."""
    rest = [sentence]
    for piece in sorted({piece for piece in removed if piece and piece in sentence}, key=len, reverse=True):
        rest = [part for whole in rest for part in whole.split(piece) if part]
        if all(part in text for part in rest):
            return True
    return False


def _fold(text: str) -> str:
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
