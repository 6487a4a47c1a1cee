"""Names of people out of bylines: split, and freed of verbs, roles, places, addresses and credentials' company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from broadtape.cleaning.page.characters import readable
from broadtape.cleaning.page.head import fold

__all__ = ["is_organisation", "is_person", "says_by", "split_names"]

_VERBS = (
    r"words|story|text|texte|testo|report(?:ed|ing)?|written|posted|published|created|article|analysis|opinion|review|"
    r"interview|guest post|a (?:report|comment)|exclusive|"
    r"veröffentlicht|verfasst|geschrieben|erstellt|(?:ein|eine) [\w-]{4,20}|publié|rédigé|écrit|propos recueillis|"
    r"publicad[oa]|escrito|redactado|pubblicato|scritto|a cura|geschreven|gepubliceerd|skriv[et]n|skrevet|"
    r"publicer(?:ad|et)|"
    r"publisert|opublikowan[ye]|napisa[łl]|diposting|ditulis"
)
_BY = re.compile(
    rf"^\W*(?:(?:{_VERBS})(?:\s+on\s[^|]{{4,30}})?\s+)*(?:by|von|vom|par|por|di|da|av|af|door|od|przez|oleh|oleh:|от|"
    rf"від|"
    r"του|της|γράφει (?:ο|η)|yazan|bởi|โดย|بقلم|كتبت?|מאת|द्वारा)\s*[:|]?\s+|"
    r"^\W*(?:authors?|autor(?:in|en|es|ka)?|auteurs?|autore|autori|written|byline|text|texte|testo|tekst|автор|текст|"
    r"yazar|"
    r"penulis|reporter|tác giả|लेखक|συντάκτης|forfatter|författare|kirjoittaja|skribent|words|redattore)\s*[:|]\s*|"
    r"^\W*(?:authors?|autor(?:en|in)?|auteurs?)\s+(?=[A-ZÀ-Ý])",
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
    r"\s*(?:記者|记者|기자|특파원|논설위원|(?:综合)?报道|撰|氏)$"
)
_OTHERS = re.compile(
    r"(?i)\b(?:(?:medically |clinically |technically )?(?:edited|reviewed|fact[ -]?checked|verified|translated|"
    r"curated|illustrated)|"
    r"(?:additional |with )?(?:reporting|editing|writing)(?= by)|photo(?:s|graph(?:s|y|ed)?)?|illustrations?|video|"
    r"images?|"
    r"foto(?:s|grafie)?|bild(?:er)?|grafik|crédits?|fotografía|übersetzt|traduit|traducido|redigiert)\s*(?:by|von|"
    r"par|por|di|:)\s.*$|"
    r"(?:责任编辑|責任編輯|编辑|編輯|编审|校对).*$"
)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_BRACKETS = re.compile(r"\s*[(\[（][^)\]）]{0,60}[)\]）]")
_HARD = re.compile(r"\s*(?:[;|/•·\n]|\s[–—-]\s)\s*")
_SOFT = re.compile(
    r",?\s(?:and|und|et|with|y|e|og|och|en|&|ve|oraz|и|та|και|dan|và|و)\s|\s*[&＆]\s*|\s*和\s*", re.IGNORECASE
)
_FIRM_WORDS = frozenset(["and", "und", "&", "＆", "og", "och", "oraz", "ve", "dan", "και", "和"])
"""Words between two names that no name has within it, as `y`, `e`, `et` or `en` may be."""
_COMMA = re.compile(r"\s*[,，、]\s*")
_HAN_SPACE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff]{2,4}(?:\s|$))")
_ROLE = re.compile(
    r"\b(reporter|editor|correspondent|columnist|staff|writer|contributor|producer|journalist|chief|bureau|senior|"
    r"director|manager|analyst|anchor|redakt\w+|korrespondent\w*|journaliste?|chroniqueu\w+|rédact\w+|redazione|"
    r"redactor\w*|corresponsal|periodista|giornalista|special to|news ?desk|editorial|fellow|professor|economist|"
    r"contributing|freelance\w*|founder|ceo|cfo|president|partner|expert|consultant|specialist|host|author of|"
    r"in [A-Z]\w+)\b",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(
    r"^(CFA|CFP|CPA|CEPF|MBA|Ph\.?D|JD|J\.D|M\.?D|Jr|Sr|II|III|IV|EA|ChFC|RICP|MSc?|B\.?A|RDN?|RN|DVM|DDS|DO|MPH|"
    r"PharmD|"
    r"LCSW|FAND|Esq|LLM|CISSP)\W*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:[\s,|(]+(?:on|at|am|um|le|el|il|em|den|der|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})\b[.,]*)*(?:^|[\s,|(]+)\d.*$|"
    r"\b(?:published|updated|posted|last updated|veröffentlicht|aktualisiert|publié|mis à jour|publicado|actualizado)"
    r"(?:\s(?:on|at|am|le|el)\b|:|\s\d).*$",
    re.IGNORECASE,
)
"""A time and what follows it: no name has figures."""
_PLACE_TAIL = re.compile(r"\s+\bin\s+[A-Z][\w. ]{2,30}$")
_ACCOUNT = re.compile(
    r"^(admin\w*|root|user\d*|editor|webmaster|guest|null|undefined|none|unknown|anonymous|\W*|\d+)$", re.IGNORECASE
)
_ORGANISATION = re.compile(
    r"\b(?:staff|team|editors?|editorial|newsroom|news ?desk|news|desk|redaktion|redazione|redacci[oó]n|rédaction|"
    r"redactie|"
    r"redakcja|media|group|press|agency|agentur|agence|agencia|gmbh|inc|llc|ltd|plc|corp|corporation|company|limited|"
    r"verlag|developer|rundfunk|network|magazine|institute|university|foundation|association|cent(?:er|re)|"
    r"department|ministry|"
    r"committee|council|bureau|(?:news)?wire|reuters|afp|dpa|bloomberg|xinhua|tv|radio|online|contributors?|"
    r"s\.?a\.?s)\b|"
    r"編集部|编辑部|編輯部|取材班|新闻|新聞|通讯社|通信社|뉴스|편집국",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    "de da di del della degli van von der den ter ten la le el al bin ibn binti dos das do du des y e af av zu zum "
    "dela san st. bint abu ben".split()
)
_NOT_A_NAME = re.compile(
    r"(?i)\b(?:twitter|facebook|instagram|linkedin|email|content|contributor|follow|share|comment|please|name|read|"
    r"more|"
    r"published|updated|news|posts?|posted|articles?|about|author|agenc(?:y|ies)|with|quelle|source|view|profile|"
    r"today|login|"
    r"sign|subscribe|the|for|this|our|your|all|get|how|pin|min|minutes?|link)\b|[:*?!…\d<>«»]"
)
_HAN_NAME = re.compile(
    r"[\u3400-\u9fff]{2,4}|[\uac00-\ud7a3]{2,4}|[\u30a0-\u30ff]{2,8}[・=＝][\u30a0-\u30ff・=＝]{2,12}|"
    r"[\u3400-\u9fff]{1,3}[ \u3000][\u3040-\u30ff\u3400-\u9fff]{1,4}"
)
"""Names in Chinese, Korean and Japanese, foreign ones in katakana included."""
_MAX_NAME, _MOST_WORDS = 60, 5


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


def is_person(name: str) -> bool:
    """Whether what stands in a byline's place looks like a person's name."""
    if _HAN_NAME.fullmatch(name):
        return not _ORGANISATION.search(name)
    words = name.split()
    if not 2 <= len(words) <= _MOST_WORDS or _ROLE.search(name) or _NOT_A_NAME.search(name) or is_organisation(name):
        return False
    return all(not word[0].islower() or word.lower() in _PARTICLES for word in words)


def is_organisation(name: str) -> bool:
    """Whether a name says that it is nobody's own: a desk, a team, a company."""
    return bool(_ORGANISATION.search(name))


def _names(text: str, language: str | None) -> Iterator[str]:
    text = _ADDRESS.sub(" ", _BRACKETS.sub("", readable(text)))
    text = _without_by(" ".join(text.split()), language)
    text = _DATE.sub("", _OTHERS.sub("", text))
    for part in _HARD.split(text):
        for piece in _joined(part):
            yield from _of_part(piece, language)


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
    pieces = [_without_by(_PLACE_TAIL.sub("", p), language).strip(" .:–—-*|") for p in _COMMA.split(part) if p]
    if len(pieces) == 2 and all(len(p.split()) == 1 and p.istitle() for p in pieces):
        pieces = [f"{pieces[1]} {pieces[0]}"]  # written as in a catalogue
    names: list[str] = []
    for i, piece in enumerate(pieces):
        if i and names and _CREDENTIAL.match(piece):
            names[-1] = f"{names[-1]}, {piece}"
        elif not (i and _ROLE.search(piece)) and _is_name(piece) and not (i and _is_place(piece, pieces)):
            names.append(piece)
    yield from names


def _is_place(piece: str, pieces: list[str]) -> bool:
    """Whether a single word after a full name is where it was written: `Jane Roe, Frankfurt`."""
    return " " not in piece and any(" " in other for other in pieces) and piece.isascii()


def _is_name(piece: str) -> bool:
    return (
        1 < len(piece) <= _MAX_NAME
        and not _ACCOUNT.match(piece)
        and len(piece.split()) <= 7
        and any(c.isalpha() for c in piece)
        and not (len(piece.split()) > 3 and _ROLE.search(piece) and piece[:1].islower())
    )
