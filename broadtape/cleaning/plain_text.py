"""Text that somebody else scraped: the same line rules, without a page to look at."""

from __future__ import annotations

import unicodedata

from broadtape.article import CleanText, RemovedLine
from broadtape.cleaning.boilerplate.line_rules import clean_blocks
from broadtape.cleaning.boilerplate.position import drop_copies, drop_leading_headline
from broadtape.cleaning.boilerplate.rule_set import RuleSet, rules_for
from broadtape.cleaning.rendering.blocks import UNKNOWN, Block
from broadtape.site import Site

__all__ = ["clean_text"]


def clean_text(text: str, *, site: Site | None = None) -> CleanText:
    """The paragraphs of already scraped text, parted by one blank line, and the lines taken out.

    Every line of the input that is not empty is a paragraph. Cleaning what is clean changes nothing.
    """
    rules = rules_for(site)
    lines = [folded for line in unicodedata.normalize("NFC", text).splitlines() if (folded := " ".join(line.split()))]
    removed: list[RemovedLine] = []
    while True:
        kept, gone = _once(lines, rules)
        removed.extend(gone)
        if kept == lines:
            return CleanText("\n\n".join(kept), tuple(removed))
        lines = kept


def _once(lines: list[str], rules: RuleSet) -> tuple[list[str], list[RemovedLine]]:
    cleaned = clean_blocks([Block(line, linked=UNKNOWN) for line in lines], rules)
    drop_leading_headline(cleaned)
    drop_copies(cleaned)
    return [block.text for block in cleaned.blocks], cleaned.removed
