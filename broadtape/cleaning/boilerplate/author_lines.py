"""What an author's page says of the author, printed below the story."""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadtape.cleaning.boilerplate.line_kinds import is_paragraph
from broadtape.cleaning.page.head import fold
from broadtape.cleaning.rendering.blocks import Block

__all__ = ["lines_about_authors"]

_ABOUT = re.compile(
    r"\b(?:is|was|has been|are|covers|writes|reports|joined|ist|schreibt|arbeitet|est|es|è)\b.{0,200}", re.IGNORECASE
)


def lines_about_authors(blocks: Sequence[Block], authors: Sequence[str]) -> set[int]:
    """Which of the last lines begin with the name of one of `authors` and say what that person is or does.

    One whom the story speaks of is its subject, such as the company that signed a release.
    """
    names = [author for author in authors if " " in author]
    first = {name: _first_mention(name, blocks) for name in names}
    found: set[int] = set()
    for i in range(len(blocks) - 1, len(blocks) // 2, -1):
        name = next((name for name in names if blocks[i].text.startswith(name)), None)
        if name and _ABOUT.search(blocks[i].text) and first[name] == i:
            found.add(i)
        elif is_paragraph(blocks[i]) and not name:
            break
    return found


def _first_mention(name: str, blocks: Sequence[Block]) -> int:
    """The first line that speaks of a person, and is not just the name; 0 where none does."""
    return next((i for i, block in enumerate(blocks) if name in block.text and fold(block.text) != fold(name)), 0)
