"""Taking furniture out from below a story's root, and telling all that it said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import filterfalse, takewhile

from lxml.etree import _Element

from broadtape.article import RemovedLine
from broadtape.cleaning.furniture.abroad import lead_below, point_abroad
from broadtape.cleaning.furniture.dom_patterns import foreign
from broadtape.cleaning.furniture.judge import ENOUGH, TAGS, is_furniture, tells_of_author
from broadtape.cleaning.furniture.names import names_speaker
from broadtape.cleaning.furniture.standing import Namesakes, has_headed_columns, reads_as_sentence
from broadtape.cleaning.page.dom import cut, inner_text, short_text
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.rendering.tree_to_lines import walk

__all__ = ["prune"]

_NAMED = ("class", "id", "data-testid", "data-component")
_UNSHOWN = ("hidden", "aria-hidden", "style", "role")
_GROUPS = ("ul", "ol", "div", "section", "table", "p", "dl")
_FEW = 3
_NAME = 60
"""Characters of a speaker's name at the most."""
_LINKED = 0.55
_PART = 0.35
"""Share of a story's running text that what is said of its authors may be."""
_MOST, _WORDS = 0.8, 2
"""Share of a list's items that have so many words beside their links, where the story goes on in it; and share of a
story's running text that its entries hold."""


def prune(root: _Element, weight: Mapping[_Element, int], url: str) -> list[RemovedLine]:
    """Take furniture out from below `root`; what it said, line by line. `weight` is the running text at or below each
    element, `url` where the page lay."""
    removed: list[RemovedLine] = []
    total, others = weight.get(root, 0), Namesakes(e for e in weight if e is not root and weight[e] > ENOUGH)
    elements = Elements(root)
    if others_own := list(foreign(elements, weight, url)):
        for element, rule in others_own:
            _take(element, root, rule, removed)
        elements = Elements(root)
    # What does not show first: a box is judged by what is left in it.
    classed = elements.having("class")
    spared = _entries(classed, weight, total) | _speakers(classed)
    judged = [*elements.tagged(*TAGS), *elements.having(*_UNSHOWN), *elements.having(*_NAMED)]
    for element in filterfalse(spared.__contains__, judged):
        if is_furniture(element, weight.get(element, 0), total, others):
            _take(element, root, "furniture", removed)
        elif tells_of_author(element) and _ends_story(element, root, weight):
            _take(element, root, "author", removed)
    for element in list(root.iterdescendants(*_GROUPS)):
        if not weight.get(element) and _is_list_of_links(element):
            if point_abroad(links := list(element.iter("a")), url):
                _keep(links)
            elif next(element.iter("h2", "h3", "h4"), None) is None or not lead_below(links, url):
                _take(element, root, "links", removed)
    return removed


def _entries(named: Iterable[_Element], weight: Mapping[_Element, int], total: int) -> set[_Element]:
    """Elements of one build, side by side, that hold most of a story's running text between them, as the entries of a
    live blog do: what they are called says nothing."""
    builds: dict[tuple[_Element | None, object, str | None], list[_Element]] = defaultdict(list)
    for element in named:
        if weight.get(element):
            builds[element.getparent(), element.tag, element.get("class")].append(element)
    alike = [group for group in builds.values() if len(group) >= _FEW]
    return {e for group in alike if sum(weight[e] for e in group) >= _MOST * total for e in group}


def _speakers(named: Iterable[_Element]) -> set[_Element]:
    """Elements called after an author, in none of which there is more than a name, of whom some come back: those who
    talk with each other."""
    groups: dict[tuple[object, str], dict[_Element, str]] = defaultdict(dict)
    for element in named:
        class_ = element.get("class") or ""
        if names_speaker(class_) and (name := short_text(element, _NAME)):
            groups[element.tag, class_][element] = name
    return {element for group in groups.values() if _come_back(group.values()) for element in group}


def _come_back(names: Collection[str]) -> bool:
    """Whether several people are named, and named again."""
    people = len({*names})
    return 1 < people < len(names) - 1


def _take(element: _Element, root: _Element, rule: str, removed: list[RemovedLine]) -> None:
    if element is root or not any(ancestor is root for ancestor in element.iterancestors()):
        return  # gone with what it stood in
    removed.extend(RemovedLine(block.text, rule) for block in walk(element))
    cut(element)


def _ends_story(element: _Element, root: _Element, weight: Mapping[_Element, int]) -> bool:
    """Whether hardly any running text follows an element below `root`, boxes of its class beside it left out; these
    hold less than the story does: else they are its answers or entries."""
    around = [element, *takewhile(lambda e: e is not root, element.iterancestors())]
    behind = [sibling for at in around for sibling in at.itersiblings()]
    alike = [sibling for sibling in behind if sibling.get("class") == element.get("class")]
    alike += [e for e in element.itersiblings(preceding=True) if e.get("class") == element.get("class")]
    others = sum(weight.get(e, 0) for e in behind if e not in alike)
    return others <= ENOUGH and sum(weight.get(e, 0) for e in (element, *alike)) <= _PART * weight.get(root, 0)


def _keep(links: Iterable[_Element]) -> None:
    """Make text of links in items of lists, so that no rule for lines that are links takes them; a label such as `Read
    more` still takes what is listed below it."""
    for link in links:
        if next(link.iterancestors("li", "dd"), None) is not None:
            link.tag = "span"


def _is_list_of_links(element: _Element) -> bool:
    """Whether an element without running text is mostly links: a menu, a list of other stories. A table whose columns
    have headings is none."""
    links = list(element.iter("a"))
    if len(links) < _FEW or sum(len(inner_text(a)) for a in links) <= _LINKED * len(inner_text(element)):
        return False
    return not (reads_as_sentence(element) or has_headed_columns(element) or _is_announced(element))


def _is_announced(element: _Element) -> bool:
    """Whether the line before a list ends with a colon, and its items say something of what they link to."""
    before, items = element.getprevious(), list(element.iter("li"))
    if before is None or not items or not inner_text(before).endswith((":", "：")):
        return False
    return sum(map(_says_more, items)) >= _MOST * len(items)


def _says_more(item: _Element) -> bool:
    linked = sum(len(inner_text(a).split()) for a in item.iter("a"))
    return len(inner_text(item).split()) >= linked + _WORDS
