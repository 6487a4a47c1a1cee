"""Where an element stands, and what it is by its build: what no name can make furniture of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.etree import _Element

from broadtape.cleaning.page.dom import INLINE, inner_text, is_inline, loose_text
from broadtape.cleaning.page.writing import CLOSING, LEADS_ON, is_stopped, letters
from broadtape.cleaning.rendering.tree_to_lines import walk

__all__ = [
    "Namesakes",
    "has_headed_columns",
    "holds_data",
    "in_sentence",
    "is_slug",
    "lists_teasers",
    "prose_length",
    "reads_as_sentence",
]

_SENTENCES = frozenset(["p", "li", "td", "th", "dd", "dt", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"])
_WORD = re.compile(r"[^\W\d_]{2,}")
_DATA = ("table", "dl", "ul", "ol")
_CELLS, _ROWS = 2, 2
_ALIKE = 3
"""Paragraphs side by side with one name: what all of them are called tells nothing of each."""
_NEAR = 25
"""Neighbours on either side that are looked at: what many paragraphs beside each other are is told by these."""
_HALF = 0.5
_MOST_OF = 0.8
_PARAGRAPH = 40
_BESIDE = 25
"""Letters of a sentence's other parts, where each part of it has an element of its own."""
_UNLINKED = 0.12
"""Share of a sentence that stands outside of links at the least: `The winners were A, B, C and D.`"""
_SLUG_WORDS = 2


def in_sentence(element: _Element) -> bool:
    """Whether an inline element is a part of a sentence: words stand beside it on its line."""
    if not is_inline(element):
        return False
    at = element
    parent = at.getparent()
    while parent is not None:
        if any(map(_has_words, _beside(at))):
            return True
        if not is_inline(parent):
            break
        at, parent = parent, parent.getparent()
    if parent is None or parent.tag not in _SENTENCES:
        return False
    return _length_of_others(parent, element) >= _BESIDE and _is_ended(_last_words(parent))


def _beside(element: _Element) -> Iterator[str | None]:
    """The text right in an inline element's parent, near it: all of it would be read anew for each of its parts."""
    before, after = _near(element)
    for sibling in (*before, element, *after):
        yield sibling.tail
    if len(before) < _NEAR and (parent := element.getparent()) is not None:
        yield parent.text


def _near(element: _Element) -> tuple[list[_Element], list[_Element]]:
    """The nearest elements before and behind an element, each list from the nearest on."""
    return list(islice(element.itersiblings(preceding=True), _NEAR)), list(islice(element.itersiblings(), _NEAR))


def _length_of_others(parent: _Element, element: _Element) -> int:
    """Characters of what stands in `parent` beside the part of it that holds `element`, near it."""
    at = element
    while (above := at.getparent()) is not None and above is not parent:
        at = above
    before, after = _near(at)
    texts = [parent.text or "", at.tail or ""] + [inner_text(part) + (part.tail or "") for part in (*before, *after)]
    return letters(" ".join(" ".join(texts).split()))


def _last_words(element: _Element) -> str:
    """The last text in an element, of its last parts."""
    for child in islice(reversed(element), _NEAR):
        for text in (child.tail or "", inner_text(child)):
            if text.strip():
                return text
    return element.text or "" if len(element) < _NEAR else ""


def _is_ended(text: str) -> bool:
    return text.rstrip().rstrip(CLOSING).endswith(LEADS_ON) or is_stopped(text)


def _has_words(text: str | None) -> bool:
    return bool(text) and _WORD.search(text or "") is not None


class Namesakes:
    """What else on a page has the names of an element: the paragraphs beside it, counted once for each element that
    holds some, as they stood when first asked about; and the `wrappers` of its text."""

    def __init__(self, wrappers: Iterable[_Element] = ()) -> None:
        wholes = [element.get("class") or "" for element in wrappers]
        self._of_text = {names for names, count in Counter(wholes).items() if names and count >= _ALIKE}
        single = Counter(name for names in wholes for name in {*names.split()})
        self.of_text = frozenset(name for name, count in single.items() if count >= _ALIKE)
        """Single classes that several wrappers of text have."""
        self._known: dict[_Element, Counter[tuple[str, str | None]]] = {}

    def hold_text(self, element: _Element) -> bool:
        """Whether several wrappers of text have just the class of this element: so page builders name each piece."""
        return element.get("class") in self._of_text

    def are_alike(self, element: _Element) -> bool:
        """Whether a paragraph stands among others of the same class, so that its names tell nothing of it."""
        parent = element.getparent()
        if parent is None or not _is_prose(element):
            return False
        if (beside := self._known.get(parent)) is None:
            prose = [child for child in parent if _is_prose(child)]
            # Each counts once among those of its class, and once among all of its tag.
            beside = Counter(key for e in prose for key in {(e.tag, e.get("class")), (e.tag, None)})
            self._known[parent] = beside
        alike = beside[element.tag, element.get("class") or ""]
        return alike >= _ALIKE and alike >= _HALF * beside[element.tag, None]


def _is_prose(element: _Element) -> bool:
    """Whether an element is one paragraph: a sentence, in no more than one block, and not mostly links."""
    blocks = [child for child in element.iterdescendants() if child.tag not in INLINE and child.tag != "br"]
    if len(blocks) > 1 or any(block.tag != "p" for block in blocks):
        return False
    text = inner_text(element)
    return letters(text) >= _PARAGRAPH and _is_ended(text) and _linked(element) < _HALF * len(text)


def holds_data(element: _Element) -> bool:
    """Whether an element is a table with columns or a list of figures, or little more than one."""
    data = element if element.tag in _DATA else next(element.iter(*_DATA), None)
    if data is None or not (_has_columns(data) if data.tag == "table" else _lists_figures(data)):
        return False
    inside = len(inner_text(data))
    return inside > _HALF * len(inner_text(element)) and _linked(data) < _HALF * inside


def _has_columns(table: _Element) -> bool:
    rows = [sum(cell.tag in ("td", "th") for cell in row) for row in table.iter("tr")]
    return sum(cells >= _CELLS for cells in rows) >= _ROWS


def has_headed_columns(element: _Element) -> bool:
    """Whether an element is, or holds little more than, a table whose columns have headings: its cells are data,
    linked or not."""
    table = element if element.tag == "table" else next(element.iter("table"), None)
    if table is None or sum(1 for _ in table.iter("th")) < _CELLS or not _has_columns(table):
        return False
    return table is element or len(inner_text(table)) > _MOST_OF * len(inner_text(element))


def _lists_figures(group: _Element) -> bool:
    items = [inner_text(item) for item in group.iter("li", "dd")]
    return len(items) >= _ALIKE and sum(map(_has_figure, items)) > _HALF * len(items)


def _has_figure(text: str) -> bool:
    return any(char.isdigit() for char in text)


def prose_length(element: _Element) -> int:
    """Characters of the lines of prose in an element, links counted out, however short the pieces that make a line."""
    unlinked = (round(letters(block.text) * (1 - block.linked)) for block in walk(element))
    return sum(length for length in unlinked if length >= _PARAGRAPH)


def reads_as_sentence(element: _Element) -> bool:
    """Whether an element is a sentence that has links in it, rather than links one beside the other."""
    text = inner_text(element)
    if not _is_ended(text) or any(not is_inline(child) for child in element):
        return False
    unlinked = [element.text or "", *(child.tail or "" for child in element)]
    words = sum(len(_WORD.findall(piece)) for piece in unlinked)
    joined = words > 1 or (words == 1 and len(element) > 1 and _is_ended(unlinked[-1]))
    return joined and len(text) - _linked(element) >= _UNLINKED * len(text)


def is_slug(name: str, element: _Element) -> bool:
    """Whether an id is made of the words that the element begins with: an anchor, which names no kind."""
    words = [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]
    begins = re.findall(r"[^\W_]+", loose_text(element)[: 2 * len(name)].lower())
    return len(words) >= _SLUG_WORDS and begins[: len(words)] == words


def lists_teasers(element: _Element) -> bool:
    """Whether an element is a list whose items each begin with a link, as other stories with their openings do."""
    items = list(islice(element.iter("li"), _NEAR)) or list(element)
    return len(items) >= _ALIKE and sum(map(_begins_with_link, items)) >= _MOST_OF * len(items)


def _begins_with_link(item: _Element) -> bool:
    for part in item.iter():
        if isinstance(part.tag, str) and (part.text or "").strip():
            return part.tag == "a" or next(part.iterancestors("a"), None) is not None
    return False


def _linked(element: _Element) -> int:
    return sum(len(inner_text(link)) for link in element.iter("a"))
