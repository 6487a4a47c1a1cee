"""What a page says to its reader, or readers to each other, beside the story: dialogs that ask for consent, comments,
forms for a newsletter.

All are told by what they say of themselves, wherever they stand: the first by a button that agrees, the second by a
heading that counts them, the last by their form. A brief is shorter than they are, and by length alone they would be
the story.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from itertools import islice, takewhile

from lxml.etree import _Element

from broadtape.cleaning.boilerplate.invitations import asks, asks_to_subscribe
from broadtape.cleaning.page.dom import inner_text, short_text
from broadtape.cleaning.page.writing import letters
from broadtape.cleaning.rendering.tree_to_lines import walk
from broadtape.cleaning.wall_words import ADDRESSES_READER, SPEAKS_TO_READER, USUAL

__all__ = ["spoken_apart"]

_AGREES = re.compile(
    r"(?:yes,? )?(?:i )?(?:accept|agree|allow|consent|reject|decline|refuse|deny)(?: (?:to )?"
    r"(?:and (?:close|continue)|all|(?:all )?cookies|non-essential))*|"
    r"(?:manage|cookie|privacy) (?:preferences|settings|options|choices)|"
    r"(?:alle[sn]? )?(?:cookies )?(?:akzeptieren|zustimmen|ablehnen|annehmen)(?: und .{1,20})?|"
    r"(?:tout )?(?:accepter|refuser|j.accepte)(?: .{1,20})?|(?:aceptar|rechazar|aceitar|rejeitar)(?: .{1,20})?|"
    r"(?:accett[ao]|rifiuta)(?: .{1,20})?|(?:alles )?(?:accepteren|weigeren)|(?:akceptuję|zgadzam się)(?: .{1,20})?|"
    r"(?:godkänn|acceptera|accepter|godta)(?: .{1,20})?|hyväksy(?:n)?(?: .{1,20})?|(?:přijmout|souhlasím|"
    r"elfogad(?:om)?|accept(?:ă|ați)?|prihvati|prihvaćam|приемам)(?: .{1,20})?|"
    r"(?:принять|принимаю|согласен|прийняти|приймаю)(?: .{1,20})?|(?:tümünü )?kabul (?:et|ediyorum)|"
    r"αποδοχή(?: .{1,20})?|αποδέχομαι|"
    r"(?:قبول|موافق|أوافق|السماح)(?: .{1,20})?|"
    r"(?:קבל|אישור|אני מסכים|מאשר)(?: .{1,20})?|(?:सभी )?(?:स्वीकार|सहमत)(?: .{1,20})?|ยอมรับ(?:ทั้งหมด)?|"
    r"(?:chấp nhận|đồng ý)(?: .{1,20})?|(?:terima|setuju)(?: .{1,20})?|(?:すべて)?同意(?:する|します)?|"
    r"(?:すべて)?許可(?:する)?|"
    r"(?:全部)?(?:接受|同意|允许)(?:全部|所有)?(?: ?cookies?)?|"
    r"(?:모두 )?(?:동의|허용|수락)(?:합니다|하기)?",
    re.IGNORECASE,
)
_CONSENT = dict(USUAL)["consent"]
_SIGNS = 4
_DIALOG = 6_000
"""Characters of a dialog at the most."""
_INVITATION, _SENTENCE = 300, 60
"""Of an invitation to subscribe; of a line that may be a sentence, at the least."""
_COMMENTS = re.compile(
    r"(?:(?P<before>\d[\d.,]*)\s+)?(?:reader |user )?(?:comments?|responses?|replies|thoughts?|(?:leser)?kommentare?|"
    r"commentaires?|réactions?|comentarios?|comentários?|commenti|reacties|kommentarer|komentarze|комментари[ийяев]+|"
    r"yorum(?:lar)?|kommentit|komentáře|hozzászólás(?:ok)?|comentarii|komentari|коментар[иі]в?|σχόλι[αο]|التعليقات|تعليقات|"
    r"תגובות|टिप्पणि?यां|प्रतिक्रियाएं|ความ(?:คิด)?เห็น|bình luận|komentar|评论|評論|留言|コメント|댓글|의견)"
    r"(?:\s*[(\[]?(?P<behind>\d[\d.,]*)[)\]]?)?(?:\s+(?:on|to|zu|auf|sur|sobre|su)\s+[“\"«„].{1,250})?:?",
    re.IGNORECASE,
)
_ASKS_FOR_ONE = re.compile(
    r"(?:leave|post|write|add) a (?:comment|reply)|join the (?:conversation|discussion)|(?:ihr )?kommentar schreiben|"
    r"schreiben sie einen kommentar|laisser un commentaire|deja (?:un comentario|una respuesta)|lascia un commento|"
    r"deixe um comentário|geef een reactie|dodaj komentarz",
    re.IGNORECASE,
)
_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "legend")
_LONGEST, _LABEL = 300, 40
_MOST, _LEVELS = 10, 12
"""Buttons, headings and forms of the kind that are looked at, and elements around each: a page may have thousands."""
_WHOLE = ("html", "body", "main", "article")
_ENTRIES = frozenset({"li", "article", "div", "section"})


def spoken_apart(tree: _Element) -> list[_Element]:
    """Those elements of a page, none within another, that hold such dialogs, comments or forms."""
    may_hold = {ancestor for heading in tree.iter("h1") for ancestor in (heading, *heading.iterancestors())}
    may_hold.update(tree.iter(*_WHOLE))
    found: dict[_Element, None] = {}
    for element in (*_dialogs(tree, may_hold), *_comments(tree, may_hold), *_sign_ups(tree, may_hold)):
        if not any(one in found for one in (element, *element.iterancestors())):
            found[element] = None
    return list(found)


def _dialogs(tree: _Element, may_hold: Container[_Element]) -> Iterator[_Element]:
    agree = (button for button in tree.iter("button", "a") if _AGREES.fullmatch(_label(button)))
    for button in islice(agree, _MOST):
        if (dialog := _dialog_around(button, may_hold)) is not None:
            yield dialog


def _label(button: _Element) -> str:
    return (button.text or "").strip() or (short_text(button, _LABEL) or "" if button.tag == "button" else "")


def _dialog_around(button: _Element, may_hold: Container[_Element]) -> _Element | None:
    """The smallest element around a button that asks for consent, as long as it holds nothing else."""
    for box in _boxes_around(button, may_hold):
        text = short_text(box, _DIALOG)
        if text is None:
            return None
        if len(set(_CONSENT.findall(text.casefold()))) >= _SIGNS and SPEAKS_TO_READER.search(text.casefold()):
            return box
    return None


def _boxes_around(element: _Element, may_hold: Container[_Element]) -> Iterator[_Element]:
    """What an element stands in, from the inside out, as long as the story cannot be in it."""
    return takewhile(lambda e: e not in may_hold, islice(element.iterancestors(), _LEVELS))


def _sign_ups(tree: _Element, may_hold: Container[_Element]) -> Iterator[_Element]:
    """The largest boxes around a form that say little, and that to a reader who might subscribe."""
    asking = (form for form in tree.iter("form") if asks(short_text(form, _INVITATION) or ""))
    for form in islice(asking, _MOST):
        around = _boxes_around(form, may_hold)
        texts = takewhile(lambda pair: pair[1] is not None, ((box, short_text(box, _INVITATION)) for box in around))
        inviting = [box for box, text in texts if asks_to_subscribe(text or "") and not _holds_prose(box)]
        if inviting:
            yield inviting[-1]


def _holds_prose(box: _Element) -> bool:
    """Whether a box has a line as long as a sentence that does not speak to its reader."""
    return any(letters(b.text) >= _SENTENCE and not ADDRESSES_READER.search(b.text.casefold()) for b in walk(box))


def _comments(tree: _Element, may_hold: Container[_Element]) -> Iterator[_Element]:
    headings = (e for e in tree.iter(*_HEADINGS) if (words := short_text(e, _LONGEST)) and _heads_comments(words))
    for heading in islice(headings, _MOST):
        section = _below(heading, may_hold)
        if _is_thread(section):
            yield from section


def _heads_comments(words: str) -> bool:
    told = _COMMENTS.fullmatch(words)
    return bool(told and (told["before"] or told["behind"])) or bool(_ASKS_FOR_ONE.fullmatch(words))


def _below(heading: _Element, may_hold: Container[_Element]) -> list[_Element]:
    """What a heading stands over: the element that begins with it, or all that follows up to one of its rank."""
    section = heading
    for box in _boxes_around(heading, may_hold):
        if not _begins_with(box, section):
            break
        section = box
    if section is not heading:
        return [section]
    ranks = _HEADINGS[: _HEADINGS.index(str(heading.tag)) + 1]
    return [heading, *takewhile(lambda e: e.tag not in ranks and e not in may_hold, heading.itersiblings())]


def _begins_with(box: _Element, first: _Element) -> bool:
    before = first.itersiblings(preceding=True)
    return not (box.text or "").strip() and not any(inner_text(e) or (e.tail or "").strip() for e in before)


def _is_thread(section: list[_Element]) -> bool:
    """Whether it holds several entries of the same build, or a form to add one."""
    boxes = (box for part in section for box in part.iter())
    return _repeats(section) or any(box.tag == "form" or _repeats(box) for box in boxes)


def _repeats(elements: Iterable[_Element]) -> bool:
    builds = Counter((e.tag, e.get("class")) for e in elements if e.tag in _ENTRIES)
    return any(count > 1 for count in builds.values())
