"""The first sentence that a revision changed, so that a list can show what was corrected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from broadtape.article import Article
from broadtape.corpus.reading.corrections import Correction
from broadtape.text.word_diff import Piece, compare

__all__ = ["ChangedSentence", "changed_sentence"]

_END = re.compile(r"[.!?…。！？][\"'”’»)\]]{0,3}\s+")
_LONGEST = 400
"""Characters of a run of words that are shown."""


@dataclass(frozen=True, slots=True)
class ChangedSentence:
    """A correction as a line of a list; no `pieces` where neither text nor headline changed."""

    after: Article
    pieces: tuple[Piece, ...]
    of_title: bool


def changed_sentence(correction: Correction) -> ChangedSentence:
    """What changed first: in the text, else in the headline."""
    before, after = correction.before, correction.after
    if before.text != after.text:
        for paragraph in compare(before.paragraphs, after.paragraphs):
            if isinstance(paragraph, list) and any(piece.mark != "same" for piece in paragraph):
                return ChangedSentence(after, tuple(_sentence(paragraph)), of_title=False)
    if before.title != after.title:
        (title,) = compare([before.title or ""], [after.title or ""]) or [[]]
        return ChangedSentence(after, tuple(title) if isinstance(title, list) else (), of_title=True)
    return ChangedSentence(after, (), of_title=False)


def _sentence(pieces: list[Piece]) -> Iterable[Piece]:
    """From the beginning of the sentence with the first change to the end of that with the changes next to it."""
    first = next(place for place, piece in enumerate(pieces) if piece.mark != "same")
    if first:
        lead = pieces[first - 1].text
        starts = [match.end() for match in _END.finditer(lead) if match.end() < len(lead)]
        yield Piece("same", _short(lead[starts[-1] if starts else 0 :], from_end=True))
    for piece in pieces[first:]:
        end = _END.search(piece.text) if piece.mark == "same" else None
        yield Piece(piece.mark, _short(piece.text[: end.start() + 1] if end else piece.text))
        if end:
            return


def _short(text: str, *, from_end: bool = False) -> str:
    if len(text) <= _LONGEST:
        return text
    return "… " + text[-_LONGEST:] if from_end else text[:_LONGEST] + " …"
