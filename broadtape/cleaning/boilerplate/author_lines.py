"""What an author's page says of the author, printed below the story."""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadtape.cleaning.boilerplate.line_kinds import is_paragraph
from broadtape.cleaning.rendering.blocks import Block

__all__ = ["lines_about_authors"]

_ABOUT = re.compile(
    r"\b(?:is|was|has been|are|covers|writes|reports|joined|ist|schreibt|arbeitet|est|es|è)\b.{0,200}", re.IGNORECASE
)
_BEFORE = re.compile(r"(?:[\w.&]+['’]s |about (?:the author:? )?|(?:dr|prof)\.? )?", re.IGNORECASE)
"""What may stand before the name: the outlet, a label, a degree."""
_BYLINE = 30
"""Characters that a line which is but a byline has besides the name."""


def lines_about_authors(blocks: Sequence[Block], authors: Sequence[str]) -> set[int]:
    """Which of the last lines begin with the name of one of `authors` and say what that person is or does.

    One whom the story speaks of is its subject, such as the company that signed a release.
    """
    names = [author for author in authors if " " in author]
    found: set[int] = set()
    for i in range(len(blocks) - 1, len(blocks) // 2, -1):
        name = next((called for name in names if (called := _named_first(name, blocks[i].text))), None)
        if name and _ABOUT.search(blocks[i].text) and _first_mention(name, blocks) == i:
            found.add(i)
        elif is_paragraph(blocks[i]) and not name:
            break
    return found


def _named_first(name: str, text: str) -> str | None:
    """The name with which `text` begins, if it is that of a person, in full or with the first name cut short."""
    begins = _BEFORE.match(text)
    called = text[begins.end() if begins else 0 :]
    if called.startswith(name):
        return name
    first, _, rest = name.partition(" ")
    short, _, behind = called.partition(" ")
    return f"{short} {rest}" if len(short) > 2 and first.startswith(short) and behind.startswith(rest) else None


def _first_mention(name: str, blocks: Sequence[Block]) -> int:
    """The first line that speaks of a person, and is not just a byline; 0 where none does."""
    return next((i for i, block in enumerate(blocks) if name in block.text and not _is_byline(block, name)), 0)


def _is_byline(block: Block, name: str) -> bool:
    return len(block.text) <= len(name) + _BYLINE and not is_paragraph(block)
