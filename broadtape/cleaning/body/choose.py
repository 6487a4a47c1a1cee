"""The body of a story: what stands under the headline, or is stated; trafilatura reads a page that is in doubt."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lxml.etree import _Element

from broadtape.article import OutsideRegion, RemovedLine
from broadtape.cleaning import trafilatura_engine
from broadtape.cleaning.body.headline_scope import Headline, headline_on, leads
from broadtape.cleaning.body.outside import outside, regions_of
from broadtape.cleaning.body.running_text import RunningText, running_text
from broadtape.cleaning.body.story_root import story_root
from broadtape.cleaning.boilerplate.line_kinds import is_paragraph
from broadtape.cleaning.embedded.script_state import sought, states_of
from broadtape.cleaning.embedded.stated_body import body_of, stated_body
from broadtape.cleaning.embedded.unrendered import is_shell, unfold
from broadtape.cleaning.furniture.disclosures import disclosures, show
from broadtape.cleaning.furniture.machinery import strip_machinery
from broadtape.cleaning.furniture.prune import prune
from broadtape.cleaning.furniture.spoken_apart import spoken_apart
from broadtape.cleaning.page import selectors
from broadtape.cleaning.page.dom import hollow
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.page.head import Head, fold
from broadtape.cleaning.page.parse import Page
from broadtape.cleaning.page.writing import CLOSING, FULL_STOPS, letters
from broadtape.cleaning.rendering.blocks import Block, read_blocks
from broadtape.cleaning.rendering.tree_to_lines import walk
from broadtape.site import Site

__all__ = ["StoryBlocks", "prepare", "story_blocks"]

_LEAST = 250
"""Characters of prose below which a page is in doubt: the shortest briefs have so much."""
_BRIEF = 120
"""And those that are enough where the headline stands over them."""
_LINE, _FEW = 60, 3
_SENTENCES = re.compile(rf"[{FULL_STOPS}][{re.escape(CLOSING)}]?\s+\S")
_PART = 0.15
_DOUBTFUL = 700
_SHARE = 0.6
_BETTER = 2.0
_SAME = 0.5
"""Share of the visible paragraphs that a stated body must hold to be the same story, only longer."""


@dataclass(frozen=True, slots=True)
class StoryBlocks:
    """The lines of a story, the furniture that was taken out among them, and what the page holds beside it."""

    blocks: list[Block]
    removed: list[RemovedLine]
    outside: tuple[OutsideRegion, ...]


def prepare(page: Page, elements: Elements, site: Site | None, *, shell: bool) -> list[RemovedLine]:
    """Take out of the page's tree, whose `elements` these are, what an outlet's selectors drop, and what never shows as
    text; what the former said. On a page that is but the `shell` of a script's, what it has for readers without scripts
    shows."""
    if shell:
        unfold(page.tree)
    removed = selectors.drop(page.tree, site.selectors.drop) if site else []
    strip_machinery(page.tree)
    if (shell or elements.having("aria-controls")) and (panels := disclosures(page.tree)):
        show(panels, running_text(page.tree, by_name=False).below)
    return removed


def story_blocks(page: Page, elements: Elements, head: Head, site: Site | None) -> StoryBlocks:
    """The lines of the story on a page, whose `elements` these are, before any line rule.

    Uses the page's tree up.
    """
    tree = page.tree
    stated = body_of(head, tree, site.selectors.state) if site else []
    shell = is_shell(tree)
    states = states_of(tree) if shell and not stated else []
    dropped = prepare(page, elements, site, shell=shell)
    apart = spoken_apart(tree)
    spoken, said = regions_of(apart), {block.text for element in apart for block in walk(element)}
    for element in apart:  # what is left of it keeps the places of the others
        hollow(element)
    running, headline = _under_headline(tree, head)
    root = _selected_root(tree, running.below, site)
    if root is None:
        root = story_root(tree, running, headline)
    pieces = [*(leads(headline, root, running.own, head) if headline else []), root]
    beside = (*spoken, *outside(tree, pieces))
    whole = (*beside, *regions_of(pieces))
    removed = [line for piece in pieces for line in prune(piece, running.below, page.url)]
    blocks = [block for piece in pieces for block in walk(piece)]
    for other in (stated or stated_body(head), sought(states, head)):
        if _is_better(other, blocks):
            return StoryBlocks(other, dropped, whole)
    if _is_doubtful(blocks, running.whole, tied=_is_tied(root, headline)):
        read = read_blocks(trafilatura_engine.thorough(page.data, page.url))
        second = [block for block in read if not _repeats(block.text, said)]
        if _length(second) > _BETTER * _length(blocks) and _is_text(second):
            return StoryBlocks(second, dropped, whole)
    if not running.own and not _prose(blocks):
        return StoryBlocks([], dropped, whole)  # nothing but menus
    return StoryBlocks(blocks, [*dropped, *removed], beside)


def _under_headline(tree: _Element, head: Head) -> tuple[RunningText, Headline | None]:
    """The page's running text, and its headline. A headline in what names call furniture, or over nothing else, shows
    that they are wrong: its surroundings count by what they hold."""
    running = running_text(tree)
    headline = headline_on(tree, head, running)
    if headline is None or headline.scope.tag in ("body", "html"):
        every = running_text(tree, by_name=False)
        other = headline_on(tree, head, every)
        if other is not None and (headline is None or other.scope is not headline.scope):
            return every, other
    return running, headline


def _is_better(stated: list[Block], blocks: list[Block]) -> bool:
    """Whether a body that the page states is the story that it shows, only longer; or it shows none."""
    if _length(stated) <= max(_LEAST, _BETTER * _length(blocks)):
        return False
    shown = [fold(block.text) for block in blocks if is_paragraph(block)]
    whole = fold(" ".join(block.text for block in stated))
    return _prose(blocks) < _LEAST or sum(line in whole for line in shown) >= _SAME * len(shown)


def _is_tied(root: _Element, headline: Headline | None) -> bool:
    """Whether the headline stands over what was found."""
    return headline is not None and (headline.scope is root or any(a is headline.scope for a in root.iterancestors()))


def _is_doubtful(blocks: list[Block], running: int, *, tied: bool) -> bool:
    """Whether so little was found that trafilatura should look: hardly anything, or little of what the page holds.

    A brief that the headline stands over is no reason for doubt, unless it is next to nothing beside the rest.
    """
    length = _length(blocks)
    if tied and _prose(blocks) >= max(_BRIEF, _PART * running):
        return False
    return length < _LEAST or (length < _DOUBTFUL and length < running * _SHARE)


def _is_text(blocks: list[Block]) -> bool:
    """Whether lines are a text: where all else fails trafilatura gives the words of the whole page, menus and all."""
    long = [length for block in blocks if (length := letters(block.text)) >= _LINE]
    sentences = sum(len(_SENTENCES.findall(block.text)) for block in blocks)
    return sentences >= _FEW or _prose(blocks) >= _BRIEF or (len(long) > 1 and 2 * sum(long) >= _length(blocks))


def _repeats(line: str, said: Collection[str]) -> bool:
    """Whether a line is one of what the page says beside its story, or has a longer one of them in it."""
    return line in said or any(letters(one) >= _LINE and one in line for one in said)


def _length(blocks: list[Block]) -> int:
    return sum(letters(block.text) for block in blocks if block.linked < 0.8)


def _prose(blocks: list[Block]) -> int:
    return sum(letters(block.text) for block in blocks if is_paragraph(block))


def _selected_root(tree: _Element, weight: Mapping[_Element, int], site: Site | None) -> _Element | None:
    """What the outlet's own selectors name as the body, as long as it holds enough of the page's running text.

    Without the guard selectors lose more than they gain: templates change, and then they find a part.
    """
    if site is None:
        return None
    whole = weight.get(tree, 0)
    for css in site.selectors.body:
        for element in selectors.selected(tree, css):
            if weight.get(element, 0) >= site.selectors.min_share * whole > 0:
                return element
    return None
