"""Line rules: what is taken out of a story, line by line, with the rule that took it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from broadtape.article import RemovedLine
from broadtape.cleaning.boilerplate.line_kinds import ends_sentence, is_paragraph, is_spared
from broadtape.cleaning.boilerplate.rule_set import Rule, RuleSet, Verdict
from broadtape.cleaning.rendering.blocks import UNKNOWN, Block

__all__ = ["Cleaned", "clean_blocks", "is_paragraph"]

_BLOCK_LINE = 160
_BLOCK_MOST = 12
_LEADS = 0.35
"""Share of an item that a link has at the least where the item leads to another story."""
_OFFER, _WALL = "offer", "paywall"


@dataclass(slots=True)
class Cleaned:
    """What is left of a story, what was taken, and what the taken lines said of it."""

    blocks: list[Block] = field(default_factory=list)
    removed: list[RemovedLine] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)

    def drop(self, line: str, rule: str) -> None:
        """Note that `rule` took `line`."""
        self.removed.append(RemovedLine(line, rule))


def clean_blocks(blocks: Sequence[Block], rules: RuleSet) -> Cleaned:
    """The blocks without what the rules take."""
    cleaned = Cleaned()
    inner = [_inside(block, rules, cleaned) for block in blocks]
    lines = [block for block in inner if block is not None]
    verdicts = rules.match([block.text for block in lines])
    spared = [i for i in range(len(lines)) if is_spared(i, lines, verdicts) and not rules.is_own(verdicts[i])]
    for i in spared:
        verdicts[i] = None
    tail = _tail(lines, verdicts)
    at = 0
    while at < len(lines):
        at = _one(at, lines, verdicts, tail, cleaned)
    return cleaned


def _one(at: int, lines: list[Block], verdicts: list[Verdict], tail: int, cleaned: Cleaned) -> int:
    """Decide on the line at `at`; returns where to go on."""
    verdict = verdicts[at]
    if at >= tail:
        rule = verdicts[tail]
        assert rule is not None
        for i in range(at, len(lines)):
            own = verdicts[i]
            _take(lines[i].text, own or rule, cleaned, flags=own is not None, name=(own or rule)[0].name)
        return len(lines)
    if verdict is None:
        cleaned.blocks.append(lines[at])
        return at + 1
    _take(lines[at].text, verdict, cleaned, flags=True, name=verdict[0].name)
    if verdict[0].action != "drop_block":
        return at + 1
    end = at + 1
    last, offer = min(len(lines), at + 1 + _BLOCK_MOST), verdict[0].name == _OFFER
    while end < last and verdicts[end] is None and _belongs_to_block(lines[end], offer=offer):
        cleaned.drop(lines[end].text, verdict[0].name)
        end += 1
    return end


def _belongs_to_block(block: Block, *, offer: bool) -> bool:
    """Whether a line under a `read next` label is one of its links, or under an offer one of the things offered."""
    if block.linked >= 0.8:
        return True
    if block.kind == "item":
        # A sentence that hardly has a link leads nowhere.
        leads = offer or block.linked == UNKNOWN or block.linked >= _LEADS or not ends_sentence(block.text)
        return leads and len(block.text) <= 2 * _BLOCK_LINE
    return block.linked == UNKNOWN and len(block.text) <= _BLOCK_LINE and not ends_sentence(block.text)


def _tail(lines: list[Block], verdicts: list[Verdict]) -> int:
    """Where the tail begins that may be cut: at the first `cut_tail` line after which no real paragraph stands, or at a
    wall below one, with no data behind it: what it sells comes next, plan by plan."""
    start = wall = len(lines)
    data = False
    for i in range(len(lines) - 1, -1, -1):
        verdict = verdicts[i]
        data = data or lines[i].kind == "row"
        if verdict is None and is_paragraph(lines[i]):
            return min(start, wall)
        if verdict is not None and verdict[0].action == "cut_tail":
            start = i
        elif verdict is not None and verdict[0].name == _WALL and not data:
            wall = i
    return start


def _take(line: str, verdict: tuple[Rule, re.Match[str]], cleaned: Cleaned, *, flags: bool, name: str) -> None:
    rule, match = verdict
    cleaned.drop(line, name)
    if flags and rule.flag:
        value = rule.value or next((g for g in match.groups() if g), None) or line
        cleaned.flags.setdefault(rule.flag, value.strip())


def _inside(block: Block, rules: RuleSet, cleaned: Cleaned) -> Block | None:
    """The block without what the rules that work inside a line take; None where nothing is left of it."""
    if not rules.inside or rules.is_kept(block.text):
        return block
    text = block.text
    for rule in rules.inside:
        if rule.may_match(text):
            text = _cut(text, rule, cleaned)
    if text == block.text:
        return block
    return Block(text, block.kind, block.linked) if text else None


def _cut(text: str, rule: Rule, cleaned: Cleaned) -> str:
    taken: list[str] = []

    def note(match: re.Match[str]) -> str:
        if match[0].strip():
            taken.append(match[0].strip())
            return ""
        return match[0]

    text = rule.pattern.sub(note, text, count=1 if rule.action == "strip_label" else 0)
    for piece in taken:
        cleaned.drop(piece, rule.name)
    return " ".join(text.split()) if taken else text
