"""Pages that carry no story: bot challenges, consent walls, log-ins, errors served with status 200, section fronts.

Told by words in use, and where nobody listed the words by shape: little prose on a page that states no story, neither
in its data nor by a date, an author or a headline that its text speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element

from broadtape.cleaning.page.dom import short_text
from broadtape.cleaning.page.head import Head, first_meta
from broadtape.cleaning.page.parse import Page
from broadtape.cleaning.wall_words import ADDRESSES_READER, LISTED, SPEAKS_TO_READER, TITLE_404, TITLE_CHALLENGE, USUAL
from broadtape.errors import NotAnArticle
from broadtape.text.sent_on import refresh_target, script_target

__all__ = ["Evidence", "refuse_thin"]

_OPENING = 3_000
_SHORT, _THIN, _LITTLE, _LEAST = 150, 80, 25, 4
"""Words: a wall has fewer than the first; below the second listed signs decide; a brief that states nothing of itself
has more than the third, or is about its headline; what has fewer than the last is no text."""
_USUAL_SIGNS, _USUAL_SIGNS_OF_FEW = 3, 2
"""Different words usual on walls of one kind that make one, in a text, and in one of under 40 words."""
_FEW = 40
_FRONT = 600
_HEADLINES, _HEADLINE_WORDS, _PROSE = 8, 4, 20
"""A section front: so many links of so many words, and few lines as long as a sentence."""
_HEADINGS, _LONGEST_HEADLINE = frozenset(["h2", "h3", "h4"]), 200
_MARGINS = frozenset(["aside", "nav", "footer"])
_MARGIN_NAMES = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|recirc\w*|side-?bar|also|more-?(?:news|stories))(?:$|[\s_-])"
)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|\w{4,}")
_TELLING = 4
"""Words of a headline that says what happened; a wall's is shorter, or speaks to its reader."""
_QUOTED = re.compile(r"[“\"„«「][^”\"»」]{0,400}[”\"»」]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page stated of its story: its headline, and whether it has a time of its own and authors."""

    headline: str | None
    dated: bool
    authors: Sequence[str]


def refuse_thin(head: Head, text: str, words: int, page: Page, told: Evidence) -> None:
    """Raise NotAnArticle, with its reason, where the little text a page gave is that of a wall, an error or a list.

    A page with a real text passes whatever it speaks of, and so does a brief that states itself: by JSON-LD, a date,
    an author, or a headline that its text is about.
    """
    _refuse_by_words(head, text, words, page, told)
    if words < _SHORT and (target := refresh_target(page.data, page.url)):
        raise NotAnArticle("redirect", f"sends its reader on to {target[:200]}")
    if words < _LITTLE and not head.data.story and (target := script_target(page.data, page.url)):
        raise NotAnArticle("redirect", f"a script sends its reader on to {target[:200]}")
    if words < _THIN and b"<frameset" in page.data.lower():
        raise NotAnArticle("no_text", "the page only sets up frames")
    if words < _LEAST:
        raise NotAnArticle("no_text", "nothing on the page reads as a story")
    if not _states_a_story(head, words, told):
        _refuse_by_shape(head, text, words, page, told)


def _refuse_by_words(head: Head, text: str, words: int, page: Page, told: Evidence) -> None:
    title = head.page_title or ""
    if words < _SHORT and TITLE_CHALLENGE.match(title):
        raise NotAnArticle("challenge", title[:80])
    if words < _SHORT and TITLE_404.match(title) and not head.data.story:
        raise NotAnArticle("soft_404", title[:80])
    if words < _THIN and not (head.data.story and words > _LITTLE):
        # Beside a text that its headline tells of, a dialog is none of the story's.
        beside = "" if words > _LITTLE and _is_told_of(told.headline, text) else _opening(page)
        seen = f"{title}\n{text[:2000]}\n{beside}"
        for reason, pattern in LISTED:
            if match := pattern.search(seen):
                raise NotAnArticle(reason, match[0][:80])


def _states_a_story(head: Head, words: int, told: Evidence) -> bool:
    """Whether the page states a story beside its text; what a template says of all its pages counts with some text."""
    kind = (first_meta(head, "og:type") or "").lower()
    return bool(head.data.story) or told.dated or bool(told.authors) or (kind == "article" and words > _LITTLE)


def _refuse_by_shape(head: Head, text: str, words: int, page: Page, told: Evidence) -> None:
    # Templates call every page the front page by mistake, too: a long text that is no list is a story all the same.
    if _is_front_page(head) and (words < _FRONT or _is_list(text, page)):
        raise NotAnArticle("section", "the page calls itself the front page")
    seen = f"{' '.join(head.headings)} {head.page_title or ''} {text}".casefold() if words < _SHORT else ""
    if SPEAKS_TO_READER.search(seen):
        for reason, signs in USUAL:
            found = set(signs.findall(seen))
            if len(found) >= (_USUAL_SIGNS_OF_FEW if words < _FEW else _USUAL_SIGNS):
                raise NotAnArticle(reason, ", ".join(sorted(found))[:80])
    told_of = _is_told_of(told.headline, text)
    if words < _FRONT and _is_list(text, page, told_of=told_of):
        raise NotAnArticle("section", "links to stories, and little else")
    spoken = words < _THIN and bool(ADDRESSES_READER.search(_QUOTED.sub("", text).casefold()))
    if spoken and not told_of:
        raise NotAnArticle("no_text", "speaks to its reader, and of nothing that its headline says")
    if words < _LITTLE and not _is_about(told.headline, text) and not _tells(told.headline or ""):
        raise NotAnArticle("no_text", "little text, and no headline that it is about")


def _is_told_of(headline: str | None, text: str) -> bool:
    """Whether a headline can say what happened, and a text is about it."""
    return _tells(headline or "") and _is_about(headline, text)


def _is_about(headline: str | None, text: str) -> bool:
    """Whether a text has words of its headline, beyond the headline itself."""
    wanted = {unit for word in _WORD.findall((headline or "").casefold()) for unit in _units(word)}
    body = text.removeprefix(headline or "").casefold()
    return bool(wanted) and sum(word in body for word in wanted) * 3 >= len(wanted)


def _units(word: str) -> list[str]:
    """A word; of a script without spaces its pairs of characters."""
    return [word] if word[0] < "\u3040" or len(word) < 2 else [word[at : at + 2] for at in range(len(word) - 1)]


def _tells(headline: str) -> bool:
    """Whether a headline can say what happened: of several words, none of them to its reader."""
    units = [unit for word in re.findall(r"\w+", headline) for unit in _units(word)]
    return len(units) >= _TELLING and not ADDRESSES_READER.search(headline.casefold())


def _is_front_page(head: Head) -> bool:
    """Whether a page served elsewhere says that its address is the outlet's front page."""
    stated = head.front or ""
    try:
        return (
            bool(stated)
            and urlsplit(urljoin(head.url, stated)).path in ("", "/")
            and urlsplit(head.url).path not in ("", "/")
        )
    except ValueError:
        return False


def _is_list(text: str, page: Page, *, told_of: bool = False) -> bool:
    """Whether a page is made of teasers: many links that are headings, in the text or, unless the text is `told_of` in
    a headline, beside few lines as long as a sentence; those in margins are no sign."""
    headlines = [shown for a in page.fresh_tree().iter("a") if (shown := _headline_of(a)) and not _is_aside(a)]
    if len(headlines) < _HEADLINES:
        return False
    in_text = sum(shown in text for shown in headlines) >= _HEADLINES
    if in_text or told_of:
        return in_text
    prose = sum(len(line.split()) for line in text.split("\n") if len(line.split()) >= _PROSE)
    return prose * 2 <= len(text.split())


def _headline_of(link: _Element) -> str | None:
    """The words of a link that is another story's headline."""
    around = (link, *islice(link.iterancestors(), 2), *link)
    text = short_text(link, _LONGEST_HEADLINE) if any(e.tag in _HEADINGS for e in around) else None
    return text if text and len(text.split()) >= _HEADLINE_WORDS else None


def _is_aside(link: _Element) -> bool:
    return any(e.tag in _MARGINS or _MARGIN_NAMES.search(e.get("class") or "") for e in link.iterancestors())


def _opening(page: Page) -> str:
    """The start of all text of the page, furniture included: a wall often stands in a dialog."""
    tree = page.fresh_tree()
    pieces: list[str] = []
    room = _OPENING
    for element in tree.iter():
        piece = (element.text or "").strip() if element.tag not in ("script", "style", "noscript", "title") else ""
        if piece:
            pieces.append(piece)
            room -= len(piece)
        if room <= 0:
            break
    return " ".join(pieces)
