"""Structural cleaning: what is no part of a story by where it stands rather than by what it says."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from broadtape.cleaning.boilerplate.author_lines import lines_about_authors
from broadtape.cleaning.boilerplate.days import is_time, is_told, timeline, without_day
from broadtape.cleaning.boilerplate.invitations import invitations
from broadtape.cleaning.boilerplate.line_kinds import is_paragraph, speakers
from broadtape.cleaning.boilerplate.line_rules import Cleaned
from broadtape.cleaning.boilerplate.notices import notices
from broadtape.cleaning.page.head import fold, opening
from broadtape.cleaning.page.writing import is_stopped, words_of
from broadtape.cleaning.rendering.blocks import UNKNOWN, Block

__all__ = ["drop_copies", "drop_leading_headline", "tidy"]

_BYLINE = re.compile(
    r"(?:by|von|par|por|di|door|av|af|autor|автор|מאת|بقلم|oleh|作者|記者|记者)\s*:?\s+"
    r"(?:[^\W\d_][\w.'’-]*[\s,|/&·•]*){1,12}",
    re.IGNORECASE,
)
_CLOSED, _CLOSING = tuple(".!?…:;,。"), "'\"”’»)]"
_WORDY = 0.8
_LINKED = 0.9
_LONG_LINK = 250
_LINK_LEAST = 20
_LINK_LABEL = re.compile(r"[^\W\d][^.!?:|»›>]{2,40}[:|»›>]\s+(?=\S+\s+\S+\s+\S)")
_SENTENCE = re.compile(r"[.!?。]['\"”’»)]?$")
_MOST_LABELS = 3
_LABEL = 60
_FIGURES = re.compile(r"[^\w\s]{0,3}\d[\d.,\s]{0,20}\W{0,3}[^\W\d_]{0,3}\W{0,2}")
"""A figure with its signs and unit, and nothing else."""
_TOP, _MOST_STAMPS = 6, 3
"""Lines at the top that may be a byline or a time; times at the top that a story is stamped with at the most."""
_SHORT, _LONG = 60, 120
_NAME = 5
"""Words beside a day, above the first paragraph, that are a name or a place."""
_DUPLICATE = 50
_COPIES = 20
"""Earlier copies of a line that are looked at."""
_WHOLE = 1_000


def tidy(cleaned: Cleaned, *, titles: Sequence[str], authors: Sequence[str]) -> None:
    """Take out the repeated headline, byline and time at the top, second copies, and headings with nothing below."""
    _drop(cleaned, _repeats_title(cleaned.blocks, titles), "title")
    _drop(cleaned, _bare_links(cleaned.blocks), "link")
    _drop(cleaned, _top_matter(cleaned.blocks, authors), "byline")
    _drop(cleaned, lines_about_authors(cleaned.blocks, authors), "author")
    drop_copies(cleaned)
    _drop(cleaned, invitations(cleaned.blocks), "invitation")
    _drop(cleaned, notices(cleaned.blocks), "notice")
    _drop(cleaned, _margins(cleaned.blocks), "margin")


def drop_leading_headline(cleaned: Cleaned) -> None:
    """Take the headline off scraped text: a first line that is no sentence, above a real paragraph."""
    while len(cleaned.blocks) > 1 and _is_headline(cleaned.blocks[0]) and is_paragraph(cleaned.blocks[1]):
        cleaned.drop(cleaned.blocks.pop(0).text, "title")


def drop_copies(cleaned: Cleaned) -> None:
    """Take out second copies of long lines."""
    _drop(cleaned, _copies(cleaned.blocks), "duplicate")


def _drop(cleaned: Cleaned, gone: set[int], rule: str) -> None:
    if gone:
        for i in sorted(gone):
            cleaned.drop(cleaned.blocks[i].text, rule)
        cleaned.blocks[:] = [block for i, block in enumerate(cleaned.blocks) if i not in gone]


def _repeats_title(blocks: Sequence[Block], titles: Sequence[str]) -> set[int]:
    known = {fold(title) for title in titles if title}
    openings = {opening(title) for title in titles if title}
    return {
        i
        for i, block in enumerate(blocks)
        if len(block.text) < 400 and opening(block.text) in openings and fold(block.text) in known
    }


def _top_matter(blocks: Sequence[Block], authors: Sequence[str]) -> set[int]:
    """Bylines and times among the first lines, and a time at the very end; days that head the paragraphs of a timeline
    are none."""
    names = {fold(author) for author in authors}
    gone: set[int] = set()
    opened = False
    for i, block in enumerate(blocks[:_TOP]):
        text = block.text
        if is_paragraph(block):
            opened = True  # perhaps a standfirst, with the rest of the byline below
        elif len(text) <= (_SHORT if opened else _LONG) and _is_top_matter(block, names, opened=opened):
            gone.add(i)
    stamps = {i for i in gone if is_time(blocks[i])}
    if len(stamps) > _MOST_STAMPS:
        gone -= stamps  # a calendar
    last = range(max(0, len(blocks) - 2), len(blocks))
    gone |= {i for i in last if len(blocks[i].text) <= _SHORT and is_time(blocks[i])}
    return gone - timeline(blocks) if gone else gone


def _is_top_matter(block: Block, names: set[str], *, opened: bool) -> bool:
    """Whether a line is a time or a byline; one of no known author only above the first paragraph."""
    text = block.text
    if block.kind == "row":
        return False
    if is_time(block) or _names_only(text, names):
        return True
    if beside := without_day(text):
        text = beside
        if _names_only(text, names) or (not opened and len(words_of(text)) <= _NAME and not _is_closed(text)):
            return True
    if is_stopped(text) and is_told(text):
        return False  # `By noon the shares had lost a tenth.`
    byline = _BYLINE.fullmatch(text)
    return bool(byline) and (not opened or any(name and name in fold(text) for name in names))


def _names_only(text: str, names: set[str]) -> bool:
    folded = fold(text)
    if folded in names:
        return True
    # A sentence that begins with the name says what its bearer did, such as the company that signed a release.
    return not _is_closed(text) and any(
        name and folded.startswith(name) and len(folded) < len(name) + 40 for name in names
    )


def _copies(blocks: Sequence[Block]) -> set[int]:
    """Second copies of long lines: a story that a page carries twice, pull quotes that repeat a paragraph. What two
    people say in a transcript is none."""
    earlier: dict[str, list[int]] = defaultdict(list)
    copies: dict[int, list[int]] = {}
    long = [(i, opening(b.text)) for i, b in enumerate(blocks) if len(b.text) >= _DUPLICATE and b.kind != "row"]
    begun_so = Counter(begins for _, begins in long)
    for i in (i for i, begins in long if begun_so[begins] > 1):
        alike = earlier[fold(blocks[i].text)]
        if alike:
            copies[i] = alike[:_COPIES]
        alike.append(i)
    spoken = speakers(blocks) if copies else set()
    gone = {i for i in copies if i not in spoken or any(_is_in_run(i, j, blocks) for j in copies[i])}
    for i, block in enumerate(blocks):
        if len(block.text) > _WHOLE and sum(other.text in block.text for other in blocks if _is_part(other, block)) > 2:
            gone.add(i)
    return gone


def _is_in_run(copy: int, first: int, blocks: Sequence[Block]) -> bool:
    """Whether the two lines before or behind a copy are those before or behind the other one as well."""
    before = first > 1 and all(blocks[copy - n].text == blocks[first - n].text for n in (1, 2))
    behind = copy + 2 < len(blocks) and all(blocks[copy + n].text == blocks[first + n].text for n in (1, 2))
    return before or behind


def _is_part(block: Block, whole: Block) -> bool:
    return _DUPLICATE <= len(block.text) < len(whole.text) / 2


def _bare_links(blocks: Sequence[Block]) -> set[int]:
    """Lines that are nothing but a link to something else, with a label before it or without; a page made of such lines
    keeps them."""
    gone = {
        i
        for i, block in enumerate(blocks)
        if block.linked >= _LINKED * (1 - _label_share(block.text))
        and block.kind in ("text", "item", "quote")
        and _LINK_LEAST <= len(block.text) < _LONG_LINK
        and not _SENTENCE.search(block.text)
    }
    left = sum(len(b.text) for i, b in enumerate(blocks) if i not in gone)
    return gone if left > sum(len(blocks[i].text) for i in gone) else set()


def _label_share(text: str) -> float:
    """The share of a line that is a label such as `READ THIS |`."""
    label = _LINK_LABEL.match(text)
    return label.end() / len(text) if label else 0.0


def _margins(blocks: Sequence[Block]) -> set[int]:
    """Labels above the first real paragraph and below the last: kickers, sections, headings with nothing below."""
    real = [i for i, b in enumerate(blocks) if (is_paragraph(b) and not _announces(b)) or b.kind in ("row", "item")]
    if not any(is_paragraph(blocks[i]) for i in real):
        return set()
    above = [i for i in range(real[0]) if _is_label(blocks[i])]
    last = range(real[-1] + 1, len(blocks))
    below = [i for i in last if (_is_label(blocks[i]) and not _names_figures(i, blocks)) or _announces(blocks[i])]
    told = timeline(blocks) if above or below else set()
    # More of them are no labels but a list, such as prices or names, that the page sets as paragraphs.
    return {i for group in (above, below) if len(group) <= _MOST_LABELS for i in group} - told


def _is_label(block: Block) -> bool:
    text = block.text
    return len(text) <= _LABEL and not _is_closed(text) and not any(char.isdigit() for char in text)


def _names_figures(at: int, blocks: Sequence[Block]) -> bool:
    """Whether a line is the name of the figures in the line below it, or above."""
    beside = (blocks[i].text for i in (at - 1, at + 1) if 0 <= i < len(blocks))
    return any(map(_FIGURES.fullmatch, beside))


def _is_closed(text: str) -> bool:
    """Whether a line ends with a mark, quotation marks and brackets behind it left out."""
    return text.rstrip(_CLOSING).endswith(_CLOSED)


def _announces(block: Block) -> bool:
    """Whether a line announces what should follow: `Taking part:`. Where nothing does, it was a list of links."""
    return len(block.text) <= _LABEL and block.text.endswith(":")


def _is_headline(block: Block) -> bool:
    text = block.text
    letters = sum(char.isalpha() or char.isspace() for char in text)
    return (
        block.linked == UNKNOWN
        and 4 <= len(text.split()) <= 40
        and len(text) <= 250
        and letters >= _WORDY * len(text)
        and not _is_closed(text)
        and not text.startswith(("(", "-", "–", "—", "•", "*"))
    )
