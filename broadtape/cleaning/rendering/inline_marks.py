"""What markup alone says inside a sentence, written out: raised and lowered figures, fractions, quotation, readings.

Without it the mark of a footnote is the last digit of the figure before it, ten to the sixth is 106, five and a half is
51/2, and words that somebody said are the reporter's.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element

from broadtape.cleaning.page.dom import cut, inner_text
from broadtape.cleaning.page.elements import Elements

__all__ = ["write_out"]

_SUPER = str.maketrans("0123456789+-−()abckmnt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ᵃᵇᶜᵏᵐⁿᵗ")
_SUB = str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎")
_FIGURES = re.compile(r"\(?[+−-]?\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\)?")
_LONGEST = 12
_LETTER = re.compile(r"\(?[abckmnt]\)?")
"""Letters that would be read as part of a figure, 12.4 billion say. `e`, `o` and `h` are ordinals and hours."""
_VULGAR = {
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "2/5": "⅖", "3/5": "⅗", "4/5": "⅘",
    "1/6": "⅙", "5/6": "⅚", "1/7": "⅐", "1/8": "⅛", "3/8": "⅜", "5/8": "⅝", "7/8": "⅞", "1/9": "⅑", "1/10": "⅒",
}  # fmt: skip
_SLASH = ("/", "⁄", "∕")
_MARKS = {
    "de": ("„", "“", "‚", "‘"),
    "es": ("«", "»", "“", "”"),
    "fr": ("« ", " »", "“", "”"),
    "it": ("«", "»", "“", "”"),
    "ja": ("「", "」", "『", "』"),
    "pl": ("„", "”", "«", "»"),
    "ru": ("«", "»", "„", "“"),
}
"""Quotation marks by language, outer and inner, where browsers set others than the English ones."""
_ENGLISH = ("“", "”", "‘", "’")
_BACK = frozenset(["↩", "↩︎", "↩️", "↑", "⤴", "⏎", "^", "⬆", "⇧", "↵"])
_QUOTATION = "\"'“”„‟«»‹›‘’‚「」『』"


def write_out(elements: Elements) -> bool:
    """Put into a page's text what browsers show of its markup inside sentences; whether elements may be gone for it."""
    readings, maths = elements.tagged("rt", "rp", "rtc"), elements.tagged("math")
    inward = [link for link in elements.tagged("a") if (link.get("href") or "").startswith("#")]
    readings += filter(_leads_back, inward)
    for reading in readings:
        cut(reading)
    for math in maths:
        _linear(math)
    styled, notes = filter(_is_raised, elements.tagged("span")), filter(_is_note, inward)
    raised, lowered, quotes = [*elements.tagged("sup"), *styled, *notes], elements.tagged("sub"), elements.tagged("q")
    parted = any(len(element) for element in (*raised, *lowered))
    for element in raised:
        _raise(element)
    for element in lowered:
        _lower(element)
    _quote(elements.tree, quotes)
    return bool(readings or maths or parted or (raised and lowered))


def _leads_back(link: _Element) -> bool:
    """Whether a link within the page is the arrow that leads from a footnote back to its mark."""
    return inner_text(link) in _BACK


def _linear(math: _Element) -> None:
    """A formula as text: what MathML stacks becomes raised, lowered, or a fraction."""
    etree.strip_elements(math, "annotation", "annotation-xml", with_tail=False)
    for element in math.iterdescendants("mfrac", "msup", "msub"):
        if len(element) != 2:
            continue
        if element.tag == "mfrac":
            above, below = map(inner_text, element)
            _set(element, _fraction(above, below))
        else:
            _set(element[1], _stacked(inner_text(element[1]), raised=element.tag == "msup"))
    etree.strip_tags(math, "*")
    math.tag = "span"


def _stacked(text: str, *, raised: bool) -> str:
    if _FIGURES.fullmatch(text):
        return text.translate(_SUPER if raised else _SUB)
    return ("^" if raised else "_") + text


def _fraction(above: str, below: str) -> str:
    if not (above.isdecimal() and below.isdecimal()):
        return f"({above})/({below})" if " " in f"{above}{below}" else f"{above}/{below}"
    return _VULGAR.get(f"{above}/{below}") or f"{above.translate(_SUPER)}⁄{below.translate(_SUB)}"


def _raise(element: _Element) -> None:
    text = inner_text(element)
    if not text or len(text) > _LONGEST:
        return
    before = _before(element)
    if element.tag == "a" and not (before.isdecimal() and text.isdecimal()):
        return
    if text.isdecimal() and (lower := _denominator(element)):
        below, between = lower
        _set(element, _fraction(text, inner_text(below)))
        for part in (*between, below):
            cut(part)
        if element.tail:
            element.tail = element.tail.lstrip("".join(_SLASH)) if not between else element.tail
    elif (_FIGURES.fullmatch(text) and before.isalnum()) or (_LETTER.fullmatch(text) and before.isdecimal()):
        _set(element, text.translate(_SUPER))


def _is_raised(span: _Element) -> bool:
    names, style = span.get("class") or "", span.get("style") or ""
    if "super" in names or "footnote" in names or "fnref" in names:
        return True
    style = style.replace(" ", "").lower()
    return "vertical-align:super" in style or "vertical-align:top" in style


def _is_note(link: _Element) -> bool:
    """Whether a link within the page is a figure, as the mark of a footnote is."""
    return inner_text(link).isdecimal()


def _denominator(element: _Element) -> tuple[_Element, list[_Element]] | None:
    """The lowered figure that a slash parts from this raised one, and the elements between that hold the slash."""
    between: list[_Element] = []
    said = (element.tail or "").strip()
    following = element.getnext()
    while following is not None and len(between) < 2:
        if following.tag == "sub" and said in _SLASH and inner_text(following).isdecimal():
            return following, between
        said = f"{said}{inner_text(following)}{(following.tail or '').strip()}"
        if said not in _SLASH:
            return None
        between.append(following)
        following = following.getnext()
    return None


def _lower(element: _Element) -> None:
    text = inner_text(element)
    if _FIGURES.fullmatch(text) and (_before(element).isdecimal() or (element.tail or "")[:1].isdecimal()):
        _set(element, text.translate(_SUB))


def _before(element: _Element) -> str:
    """The character before an element in its line; empty at the beginning of one."""
    previous = element.getprevious()
    if previous is not None:
        text = previous.tail or "".join(str(piece) for piece in previous.itertext())
        return text[-1:]
    parent = element.getparent()
    if parent is None:
        return ""
    if parent.text:
        return str(parent.text[-1:])
    return _before(parent) if parent.tag in ("a", "span", "b", "i", "em", "strong", "font") else ""


def _quote(tree: _Element, quotes: list[_Element]) -> None:
    language = (tree.get("lang") or "").lower().split("-")[0]
    outer_open, outer_close, inner_open, inner_close = _MARKS.get(language, _ENGLISH)
    for quote in quotes:
        said = inner_text(quote)
        if not said or said[0] in _QUOTATION or _before(quote).strip() in tuple(_QUOTATION):
            continue
        nested = sum(1 for _ in quote.iterancestors("q")) % 2
        quote.text = (inner_open if nested else outer_open) + (quote.text or "").lstrip()
        _append(quote, inner_close if nested else outer_close)


def _append(element: _Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip() + text
    else:
        element.text = (element.text or "").rstrip() + text


def _set(element: _Element, text: str) -> None:
    """Give an element a text alone."""
    for child in list(element):
        element.remove(child)
    element.text = text
