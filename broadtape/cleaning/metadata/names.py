"""Names of people out of bylines: split, and freed of verbs, roles, places, addresses and credentials' company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from broadtape.cleaning.metadata.name_kinds import ROLE, is_organisation
from broadtape.cleaning.page.characters import readable
from broadtape.cleaning.page.head import fold

__all__ = ["is_by", "says_by", "split_names"]

_VERBS = (
    r"words|story|text|texte|testo|report(?:ed|ing)?|written|posted|published|created|article|analysis|opinion|review|"
    r"interview|guest post|a (?:report|comment)|exclusive|authored|"
    r"(?:blog|gast)? ?-?(?:beitrag|artikel|kommentar|analyse|bericht|kolumne|essay|nachricht)|"
    r"veröffentlicht|verfasst|geschrieben|erstellt|(?:ein|eine) [\w-]{4,20}|publié|rédigé|écrit|propos recueillis|"
    r"publicad[oa]|escrito|redactado|pubblicato|scritto|a cura|geschreven|gepubliceerd|skriv[et]n|skrevet|"
    r"publicer(?:ad|et)|"
    r"publisert|opublikowan[ye]|napisa[łl]|diposting|ditulis"
)
_BY = re.compile(
    rf"^\W*(?:(?:{_VERBS})(?:\s+on\s[^|]{{4,30}})?\s+)*(?:by|von|vom|par|por|di|da|av|af|door|od|przez|oleh|oleh:|от|"
    rf"від|"
    r"του|της|γράφει (?:ο|η)|yazan|bởi|โดย|بقلم|كتبت?|מאת|द्वारा)\s*[:|]?\s+|"
    r"^\W*(?:authors?|autor(?:in|en|es|ka)?|auteurs?|autore|autori|contributors?|written|byline|text|texte|testo|tekst|автор|текст|"
    r"yazar|"
    r"redacción|redacţia|haber|penulis|reporter|tác giả|लेखक|συντάκτης|forfatter|författare|kirjoittaja|skribent|words|"
    r"redattore)\s*[:|]\s*|"
    r"^\W*(?:authors?|autor(?:en|in)?|auteurs?)\s+(?=[A-ZÀ-Ý])|"
    r"^\W*aus\s[^\W\d_]{3,20}\sberichte[nt]\s+|^\W*d(?:al|alla|ai|alle)\snostr[oaie]\s(?:inviat|corrispondent)[oaie]\s+",
    re.IGNORECASE,
)
# Words for `by` that are names as well, and the languages whose bylines begin with them.
_ALSO_NAMES = {
    "di": "it",
    "da": "it",
    "von": "de",
    "par": "fr",
    "por": "es pt gl",
    "av": "sv nb nn no tr",
    "od": "cs sl hr",
}
_HAN_BY = re.compile(
    r"^(?:[\w·]{0,8}?(?:本报|本刊|本台|本社))?\s*(?:(?:实习|見習|特派|特约|通讯|本报)?(?:记者|記者)|作者|撰文|撰稿|文|執筆|取材|글|취재)\s*[:：/／|・\s]\s*|"
    r"^(?:记者|記者)(?=[\u3400-\u9fff]{2,4}\s?[／/])|^(?:客員)?(?:編集委員|論説委員|特派員|支局長)\s+|"
    r"[／/\s]\s*[\u3400-\u9fff]{2,4}(?:報導|报导|报道|專電|专电)$|"
    r"\s*(?:記者|记者|기자|특파원|논설위원|(?:综合)?报道|撰|氏)$"
)
_OTHERS = re.compile(
    r"(?i)\b(?:(?:medically |clinically |technically )?(?:edited|reviewed|fact[ -]?checked|verified|translated|"
    r"curated|illustrated)|"
    r"(?:additional |with )?(?:reporting|editing|writing)(?= by)|pictures?|photo(?:s|graph(?:s|y|ed)?)?|"
    r"illustrations?|video|images?|"
    r"foto(?:s|grafie)?|bild(?:er)?|grafik|crédits?|fotografía|übersetzt|traduit|traducido|redigiert)\s*(?:by|von|"
    r"par|por|di|:)\s.*$|"
    r"(?:责任编辑|責任編輯|编辑|編輯|编审|校对).*$"
)
_ADDRESS = re.compile(r"(?<!\S)\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_MAILBOX = re.compile(r"[^\s@]+@[^\s@]+\s+\((?P<name>[^()]{2,60})\)")
"""An author as feeds write one: an address, and the name in brackets."""
_BRACKETS = re.compile(r"\s*[(\[（][^)\]）]{0,60}[)\]）]")
_HARD = re.compile(r"\s*(?:[;|/•·\n]|\s[–—-]\s)\s*")
_SOFT = re.compile(
    r",?\s(?:and|und|et|with|y|e|og|och|en|&|ve|i|oraz|и|та|και|dan|và|و)\s|\s*[&＆]\s*|\s*和\s*", re.IGNORECASE
)
_FIRM_WORDS = frozenset(["and", "und", "&", "＆", "og", "och", "oraz", "ve", "dan", "και", "和"])
"""Words between two names that no name has within it, as `y`, `e`, `et` or `en` may be."""
_COMMA = re.compile(r"\s*[,，、]\s*")
_HAN_SPACE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff]{2,4}(?:\s|$))")
_CREDENTIAL = re.compile(
    r"^(CFA|CFP|CPA|CEPF|MBA|Ph\.?D|JD|J\.D|M\.?D|Jr|Sr|II|III|IV|EA|ChFC|RICP|MSc?|B\.?A|RDN?|RN|DVM|DDS|DO|MPH|"
    r"PharmD|"
    r"LCSW|FAND|Esq|LLM|CISSP)\W*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:[\s,|(]{1,6}(?:on|at|am|um|le|el|il|em|den|der|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})\b[.,]{0,3}){0,6}(?:^|[\s,|(]{1,6})\d.*$|"
    r"\b(?:published|updated|posted|last updated|veröffentlicht|aktualisiert|publié|mis à jour|publicado|actualizado)"
    r"(?:\s(?:on|at|am|le|el)\b|:|\s\d|\s*$).*$|\son\s(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*$",
    re.IGNORECASE,
)
"""A time and what follows it: no name has figures."""
_FIGURES_OF_A_DATE = re.compile(r"\d{4}|\d[:./-]\d|^\W*\d*\W*$|\d\s?(?:min|h|hours?|days?|ago)\b")
_WITHIN = re.compile(r"^.{1,60}?\b(?=(?:written|authored|posted|published)\s+by\s)", re.IGNORECASE)
"""What comes before `written by` within a line: a date, or `This post was`."""
_ADDED = re.compile(r"(?:\s+(?:CFA|CFP|CPA|MBA|Ph\.?D\.?|JD|MD|RN|BSN|DVM|VMD|DDS|DO|MPH|LCSW|RDN?|MSc|LLM|Esq\.?))+$")
"""Credentials that nothing sets apart from a name."""
_TAIL = re.compile(
    r"\s+(?:in|for)\s+[A-Z][\w. ]{2,30}$|"
    r"\s+(?:and|&|with|und|mit|et|avec|y|con|e)\s+(?:[A-Z]?\w+\s)?(?:staff|agencies|wires?|agenturen|agences|agencias|agenzie)$"
)
"""Where, for whom or with which nameless others somebody wrote."""
_CITIES = re.compile(
    r"(?i)new (?:york|delhi)|hong kong|s[aã]o paulo|rio de janeiro|buenos aires|los angeles|san francisco|tel aviv|"
    r"abu dhabi|kuala lumpur|cape town|den haag|the hague|mexico city|ciudad de méxico|washington,? d\.?c\.?|"
    r"frankfurt am main|saint petersburg|st\. petersburg|santiago de chile|ho chi minh city"
)
"""Cities of more words than one, from which bylines come."""
_ACCOUNT = re.compile(
    r"^(admin\w*|root|user\d*|editor|webmaster|guest|null|undefined|none|unknown|anonymous|\W*|\d+)$", re.IGNORECASE
)
_OFFICE = re.compile(
    r",\s*[^,|]{0,40}\b(?:head|directors?|president|chief|professor|manager|dean|chair|editor|lead)\s(?:of|for)\s[^,|;]{1,80}",
    re.IGNORECASE,
)
"""What somebody heads, which may be two things: `Head of Marketing and Trade`."""
_MAX_NAME, _MOST_OF_A_NAME = 60, 4
_MAX_BYLINE = 2_000
"""Characters of a byline, with forty names of the longest; a longer text names nobody, whatever it is, and what is
looked for in it would take time that grows with its square."""


def split_names(texts: Iterable[str], language: str | None = None) -> Iterator[str]:
    """The names in bylines, each once. `language` (ISO 639-1) is the page's: `Di` begins a name in Chinese bylines,
    and means *by* in Italian ones."""
    seen: set[str] = set()
    for text in texts:
        for name in _names(text, language):
            if fold(name) not in seen:
                seen.add(fold(name))
                yield name


def says_by(text: str, language: str | None = None) -> bool:
    """Whether a line begins as bylines do: `By`, `Von`, `记者`."""
    return _without_by(text, language) != text


def is_by(words: str, language: str | None = None) -> bool:
    """Whether words are what bylines begin with, and no more: `Written by`, `Autor:`."""
    return _without_by(f"{words.rstrip()} Xy", language) == "Xy"


def _names(text: str, language: str | None) -> Iterator[str]:
    text = " ".join(readable(text).split())
    if len(text) > _MAX_BYLINE:
        return
    if mailbox := _MAILBOX.fullmatch(text):
        text = mailbox["name"]
    text = _ADDRESS.sub(" ", _BRACKETS.sub("", text))
    text = _without_by(" ".join(text.split()), language)
    text = _without_by(_WITHIN.sub("", text), language)
    text = _OFFICE.sub("", _without_date(_OTHERS.sub("", text)))
    for part in _HARD.split(text):
        for piece in _joined(part):
            yield from _of_part(piece, language)


def _without_date(text: str) -> str:
    """A byline without a time and what follows it; a name that begins with a figure, `3i Larch`, stays."""
    # Twice: what a first date leaves may be the label of another, `Updated`.
    return _DATE.sub("", _DATE.sub("", text)) or (
        text if len(text.split()) < 5 and not _FIGURES_OF_A_DATE.search(text) else ""
    )


def _without_by(text: str, language: str | None) -> str:
    text = _HAN_BY.sub("", text)
    match = _BY.match(text)
    if not match:
        return text
    word, rest = match[0].split()[-1], text[match.end() :]
    languages = _ALSO_NAMES.get(word.lower().rstrip(":"))
    # With a capital letter it is a name, unless the page's language says otherwise.
    if languages and word[0].isupper() and (language or "") not in languages.split():
        return text
    return rest


def _joined(part: str) -> Iterator[str]:
    """The names that words such as `and` join; a word that names have within them joins whole names only."""
    start = 0
    for match in _SOFT.finditer(part):
        left, right = part[start : match.start()], part[match.end() :]
        next_join = _SOFT.search(right)
        right = right[: next_join.start()] if next_join else right
        word = match[0].strip(" ,").lower()
        whole = len(left.split()) > 1 and len(right.split()) > 1
        if whole or (word in _FIRM_WORDS and (len(left.split()) == 1 or not is_organisation(part))):
            yield left
            start = match.end()
    yield part[start:]


def _of_part(part: str, language: str | None) -> Iterator[str]:
    """Names in a part of a byline that commas divide: other names, credentials, roles or places."""
    part = _HAN_SPACE.sub("、", part) if len(part.split()) > 2 else part
    pieces = [_bare(_without_by(_without_tail(p), language)) for p in _COMMA.split(part) if p]
    if len(pieces) == 2 and all(len(p.split()) == 1 and p.istitle() for p in pieces):
        pieces = [f"{pieces[1]} {pieces[0]}"]  # written as in a catalogue
    names: list[str] = []
    for i, piece in enumerate(pieces):
        if i and names and _CREDENTIAL.match(piece):
            names[-1] = f"{names[-1]}, {piece}"
        elif not (i and ROLE.search(piece)) and _is_name(piece) and not (i and _is_place(piece, pieces)):
            names.append(_alone(piece))
    yield from names


def _bare(piece: str) -> str:
    """A name without the marks around it; the stop of `Jr.` is its own."""
    bare = piece.strip(" .:–—-*|@")
    return f"{bare}." if bare.endswith((" Jr", " Sr")) and f"{bare}." in piece else bare


def _without_tail(piece: str) -> str:
    tail = _TAIL.search(piece)
    named = piece[: tail.start()] if tail else ""
    return named if len(named.split()) > 1 and not is_organisation(named) else piece


def _alone(name: str) -> str:
    """A name without an avatar's initials before it, or credentials and a role behind it, that nothing sets apart."""
    words = _ADDED.sub("", name).split()
    if len(words) > 2 and words[0].isupper() and words[0] == "".join(word[0] for word in words[1:]).upper():
        words = words[1:]
    name = " ".join(words)
    role = ROLE.search(name)
    before = [word for word in name[: role.start()].split() if not word.endswith("-")] if role else []
    return " ".join(before) if len(before) > 1 and all(word[0].isupper() for word in before) else name


def _is_place(piece: str, pieces: list[str]) -> bool:
    """Whether a single word after a full name is where it was written: `Jane Roe, Frankfurt`."""
    if _CITIES.fullmatch(piece):
        return True
    return " " not in piece and any(" " in other for other in pieces) and piece.isascii()


def _is_name(piece: str) -> bool:
    return (
        1 < len(piece) <= _MAX_NAME
        and ": " not in piece
        and not _ACCOUNT.match(piece)
        and len(piece.split()) <= 7
        and any(c.isalpha() for c in piece)
        and not (len(piece.split()) > 3 and ROLE.search(piece) and piece[:1].islower())
    )
