"""Lines that are or begin with a day: when the story was published, or, where each begins with another one, what was
when."""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadtape.cleaning.boilerplate.line_kinds import is_paragraph
from broadtape.cleaning.rendering.blocks import Block
from broadtape.stated_times.days import day_in

__all__ = ["is_time", "is_told", "timeline", "without_day"]

# Whole names and their usual abbreviations: `1. Margin slipped`, `Outlook 2027` are no days.
_MONTH = (
    r"(?:jan(?:uar[iy]?|v(?:ier)?|eiro)?|jän(?:ner)?|ene(?:ro)?|gen(?:naio)?|feb(?:ruar[iy]?|r(?:ero)?|braio)?|"
    r"févr?(?:ier)?|fev(?:ereiro)?|mar(?:ch|s|zo|ço)?|märz?|maart|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|ma[iy]|mayo|"
    r"maio|mei|mag(?:gio)?|jun[eio]?|junho|juin|giu(?:gno)?|jul[iy]?|julio|julho|juil(?:let)?|lug(?:lio)?|"
    r"aug(?:ust(?:us|i)?)?|ao[uû]t|ago(?:sto)?|sept?(?:ember|embre|iembre)?|set(?:tembre|embro)?|o[ck]t(?:ober|obre|ubre)?|"
    r"ott(?:obre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember|embro)?|déc(?:embre)?|dic(?:iembre|embre)?)"
    r"(?!\w)\.?"
)
_DATE = (
    rf"(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:de\s+)?{_MONTH}|"
    r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{4}年\d{1,2}月\d{1,2}日)"
)
_TIMESTAMP = re.compile(
    rf"(?:[^\W\d_][\w.-]{{2,20}},\s+)?"
    rf"(?:(?:published|updated|posted|last (?:updated|modified)|created|first published|publié|mis à jour|aktualisiert|"
    rf"veröffentlicht|stand|publicado|actualizado|pubblicato|aggiornato|atualizado)\W*(?:on|at|le|am|el|em|il)?\s*)?"
    rf"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
    rf"(?:{_DATE}|{_MONTH}\s+\d{{4}}(?=\W*\Z)|\d{{1,3}}\s+(?:minutes?|hours?|days?|mins?|hrs?)\s+ago)[\s\W]*.{{0,50}}",
    re.IGNORECASE,
)
# A day, and what was then: `March 3: Board rejects first approach`. Behind it may as well stand a name or a time.
_EVENT = re.compile(
    rf"(?:{_DATE})(?:,?\s+\d{{4}})?\s*(?::|\s[-–—]|[–—])\s+"
    r"(?!by\b|von\b|par\b|por\b|di\b|updated|published|posted|last\b|at\b|um\b)[^\W\d_]{2,}(?:\s+\S+)+",
    re.IGNORECASE,
)
_DAY = re.compile(rf"{_DATE}(?:,?\s+\d{{4}})?(?!\w)|{_MONTH}\s+\d{{4}}(?!\w)", re.IGNORECASE)
_OF_STORY = re.compile(
    r"\b(?:updated|published|posted|min(?:ute)?s?|read|lesezeit|aktualisiert|lecture)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\d{4}")
_SHORT, _MARKS = 120, " ,;|·•–—-/()"
_TIMELINE, _TOLD = 3, 2
"""Days that make a timeline; small words that say what happened on one."""


def is_time(block: Block) -> bool:
    """Whether a line says when the story was published, rather than what happened on a day."""
    if block.kind == "row" or _EVENT.match(block.text):
        return False
    return bool(_TIMESTAMP.fullmatch(block.text)) or without_day(block.text) == ""


def without_day(line: str) -> str | None:
    """What a short line says beside a day in any language, marks between the two left out; None where it has no day."""
    if len(line) > _SHORT or not _YEAR.search(line):
        return None
    # A month of one name that two languages give to different ones is one all the same.
    if (day := day_in(line, None, None) or day_in(line, None, "pl")) is None:
        return None
    return f"{line[: day.start].rstrip(_MARKS)} {line[day.end :].lstrip(_MARKS)}".strip()


def timeline(blocks: Sequence[Block]) -> set[int]:
    """Lines of a chronology: days that head paragraphs, and those with what was then behind or below them."""
    return _days(blocks) | _events(blocks)


def _days(blocks: Sequence[Block]) -> set[int]:
    """Lines that are different days, each with a paragraph below: the headings of a timeline."""
    heads = {i for i, below in enumerate(blocks[1:]) if is_paragraph(below) and is_time(blocks[i])}
    return heads if len({blocks[i].text for i in heads}) >= _TIMELINE else set()


def _events(blocks: Sequence[Block]) -> set[int]:
    """Lines that each begin with another day, with words behind it, or below it where a line is the day alone; and
    those words."""
    dated = {i: found[0] for i, block in enumerate(blocks) if block.kind != "row" and (found := _DAY.match(block.text))}
    alone = {i for i, day in dated.items() if len(day) == len(blocks[i].text)}
    below = {i for i in alone if i + 1 < len(blocks) and i + 1 not in dated and is_told(blocks[i + 1].text)}
    told = {i for i, day in dated.items() if is_told(blocks[i].text[len(day) :])} | below
    if len({dated[i] for i in told}) < _TIMELINE:
        return set()
    return told | {i + 1 for i in below}


def is_told(text: str) -> bool:
    """Whether words say what happened, rather than who wrote, or how long it takes to read."""
    words = [word for word in text.split() if word.isalpha() and word.islower() and len(word) > 1]
    return len(words) >= _TOLD and not _OF_STORY.search(text)
