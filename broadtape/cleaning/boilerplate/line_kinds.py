"""What kind of line a rule looks at: some lines read like boilerplate only where they stand alone.

A row of a table, a heading with its paragraph below, one item among others, a speaker's line of a transcript are parts
of the story, whatever words they have in common with a label, a credit or a share button.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadtape.cleaning.boilerplate.rule_set import Verdict
from broadtape.cleaning.page.writing import LEADS_ON, is_stopped, letters
from broadtape.cleaning.rendering.blocks import CELL_JOIN, UNKNOWN, Block

__all__ = ["ends_sentence", "is_paragraph", "is_spared", "speakers"]

_PARAGRAPH = 60
_LABELS = frozenset({"widget", "advertisement", "footer", "topics"})
"""Rules that know single words (Search, Video, Reddit), which a story may be about."""
_BULLETS = "arrow"
_LINKS = "see_also_label"
_NAME = r"[^\W\d_a-z][\w.'’&-]{0,24}"
_SPEAKER = re.compile(rf"{_NAME}(?:[ ,–—]{{1,3}}{_NAME}){{0,5}}:\s")
_TALK = 3
"""Lines that name their speaker which make a transcript."""
_LABEL = 80
_COLUMNS = 2
"""Joints of a row that no note to the reader has."""


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    return text.endswith(LEADS_ON) or is_stopped(text)


def is_paragraph(block: Block) -> bool:
    """Whether a line is a real paragraph: long enough, ending as a sentence does, and not mostly a link."""
    return letters(block.text) >= _PARAGRAPH and block.linked < 0.5 and ends_sentence(block.text)


def is_spared(at: int, lines: Sequence[Block], verdicts: Sequence[Verdict]) -> bool:
    """Whether the line at `at` is a part of the story although a general rule matches it."""
    block, verdict = lines[at], verdicts[at]
    if verdict is None:
        return False
    following = lines[at + 1] if at + 1 < len(lines) else None
    rule = verdict[0]
    if block.kind == "row":
        return block.text.count(CELL_JOIN) >= (_COLUMNS if rule.action == "flag" else 1)
    if rule.name == _BULLETS:
        return block.linked == 0 and (ends_sentence(block.text) or _is_one_of_bullets(at, lines, verdicts))
    if rule.name == _LINKS:
        return following is not None and following.kind == "item" and following.linked == 0 and is_paragraph(following)
    if rule.name not in _LABELS:
        return False
    if block.kind == "heading":
        return following is not None and verdicts[at + 1] is None and is_paragraph(following)
    return block.kind == "item" and block.linked == 0 and _is_one_among_others(at, lines, verdicts)


def _is_one_of_bullets(at: int, lines: Sequence[Block], verdicts: Sequence[Verdict]) -> bool:
    """Whether the line before or behind begins so, too, and leads nowhere either."""
    beside = [i for i in (at - 1, at + 1) if 0 <= i < len(lines)]
    return any((v := verdicts[i]) is not None and v[0].name == _BULLETS and lines[i].linked == 0 for i in beside)


def _is_one_among_others(at: int, lines: Sequence[Block], verdicts: Sequence[Verdict]) -> bool:
    """Whether most of the items of a list are matched by no rule."""
    first, end = at, at + 1
    while first and lines[first - 1].kind == "item":
        first -= 1
    while end < len(lines) and lines[end].kind == "item":
        end += 1
    return sum(verdict is None for verdict in verdicts[first:end]) * 2 > end - first


def speakers(blocks: Sequence[Block]) -> set[int]:
    """The lines that somebody says in a transcript: each names its speaker, or stands below a line that does."""
    named = {i for i, block in enumerate(blocks) if _SPEAKER.match(block.text)}
    labels = {i for i, block in enumerate(blocks) if _is_name(block)}
    said = {i for i in range(1, len(blocks)) if i - 1 in labels and i not in labels}
    return (named if len(named) >= _TALK else set()) | (said if len(said) >= _TALK else set())


def _is_name(block: Block) -> bool:
    """Whether a line may be a speaker's name, with office or firm."""
    text = block.text
    return (
        block.kind in ("text", "heading")
        and block.linked != UNKNOWN
        and len(text) <= _LABEL
        and not ends_sentence(text.rstrip(":"))
        and text[:1].isupper()
    )
