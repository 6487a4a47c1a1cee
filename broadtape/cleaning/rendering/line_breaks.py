"""Lines that a page broke itself: by `br`, or in preformatted text.

Copy that was wrapped at a width of characters, as wires and e-mails are, is put together again; lines that mean
something by themselves, such as addresses, figures or verse, stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from broadtape.cleaning.rendering.blocks import Block

__all__ = ["Broken", "joined"]

_LEAST, _MOST = 40, 130
"""Widths, in characters, at which copy is wrapped: a narrow newspaper column to a wide terminal."""
_WRAPS = 3
"""Breaks that show that a text is wrapped. Two lines of about one length are no evidence."""
_FIT = 0.9
_ENDED = re.compile(r"[.!?:;…。]['\"”’»)\]]*$")
_SENTENCES = 0.4
"""Share of the breaks that may come after a sentence; in wrapped copy about one in ten does."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A line, and whether a single break of the page's own parts it from the next."""

    block: Block
    soft: bool = False


def joined(lines: Sequence[Broken]) -> list[Block]:
    """The lines with wrapped copy put together."""
    if not any(line.soft for line in lines):
        return [line.block for line in lines]
    runs = list(_runs(lines))
    everywhere = _is_wrapped(runs)
    blocks: list[Block] = []
    for run in runs:
        blocks.extend([_one(run)] if len(run) > 1 and (everywhere or _is_wrapped([run])) else run)
    return blocks


def _runs(lines: Sequence[Broken]) -> Iterator[list[Block]]:
    run: list[Block] = []
    for line in lines:
        run.append(line.block)
        if not line.soft:
            yield run
            run = []
    if run:
        yield run


def _is_wrapped(runs: Sequence[list[Block]]) -> bool:
    """Whether every line but the last of each run is as long as it could be: the next word would not have fit."""
    broken = [run for run in runs if len(run) > 1]
    breaks = [(line.text, following.text) for run in broken for line, following in pairwise(run)]
    if len(breaks) < _WRAPS:
        return False
    width = max(len(block.text) for run in broken for block in run)
    if not _LEAST <= width <= _MOST:
        return False
    full = sum(len(line) + 1 + len(following.split(" ", 1)[0]) > width for line, following in breaks)
    ended = sum(bool(_ENDED.search(line)) for line, _following in breaks)
    return full >= _FIT * len(breaks) and ended <= _SENTENCES * len(breaks)


def _one(run: Sequence[Block]) -> Block:
    text = " ".join(block.text for block in run)
    linked = sum(max(0.0, block.linked) * len(block.text) for block in run)
    return Block(text, run[0].kind, linked / len(text))
