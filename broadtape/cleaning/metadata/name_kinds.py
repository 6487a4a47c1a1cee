"""What a name is that stands in a byline's place: a person's, an organisation's, a word somebody goes by."""

from __future__ import annotations

import re

from broadtape.cleaning.boilerplate.rule_set import is_link_label

__all__ = ["ROLE", "is_one_word", "is_organisation", "is_person"]

ROLE = re.compile(
    r"\b(reporter|editor|correspondent|columnist|staff|writer|contributor|producer|journalist|chief|bureau|senior|"
    r"director|manager|analyst|anchor|redakt\w+|korrespondent\w*|journaliste?|chroniqueu\w+|rédact\w+|redazione|"
    r"\w*leiter(?:in)?|\w*sprecher(?:in)?|"
    r"redactor\w*|envoyée?s? spéciale?s?|enviad[oa] especial|inviat[oa]|corrispondente|"
    r"corresponsal|periodista|giornalista|special to|news ?desk|editorial|fellow|professor|economist|"
    r"contributing|freelance\w*|founder|ceo|cfo|president|partner|expert|consultant|specialist|host|author of|"
    r"in [A-Z]\w+)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:staff|team|editors?|editorial|newsroom|news ?desk|news|desk|redaktion|redazione|redacci[oó]n|rédaction|"
    r"redactie|"
    r"redakcja|media|group|press|agency|\w*agentur|agence|agencia|agenzia|ajans[ıi]?|shimbun|"
    r"gmbh|inc|llc|ltd|plc|corp|corporation|company|limited|"
    r"verlag|developer|rundfunk|network|magazine|institute|university|foundation|association|cent(?:er|re)|"
    r"department|ministry|e\.? ?v\.?(?=$|\W)|stiftung|verband|verein|pressestelle|magazin|zeitung|zeitschrift|"
    r"contact|services?|solutions?|"
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
    r"bio|biography|written|authored|licensed|certified|sponsored|information(?:en)?|mehr|weitere|"
    r"sign|subscribe|the|for|this|our|your|all|get|how|pin|min|minutes?|link)\b|[:*?!…\d<>«»©]"
)
_HAN_NAME = re.compile(
    r"[\u3400-\u9fff]{2,4}|[\uac00-\ud7a3]{2,4}|[\u30a0-\u30ff]{2,8}[・=＝][\u30a0-\u30ff・=＝]{2,12}|"
    r"[\u3400-\u9fff]{1,3}[ \u3000][\u3040-\u30ff\u3400-\u9fff]{1,4}"
)
"""Names in Chinese, Korean and Japanese, foreign ones in katakana included."""
_MOST_WORDS = 5
_ONE_WORD = re.compile(r"(?=.*[^\W\d_])[\w.-]{2,30}")


def is_person(name: str) -> bool:
    """Whether what stands in a byline's place looks like a person's name."""
    if _HAN_NAME.fullmatch(name):
        return not _ORGANISATION.search(name) and not is_link_label(name)
    words = name.split()
    if not 2 <= len(words) <= _MOST_WORDS or ROLE.search(name) or _NOT_A_NAME.search(name) or is_organisation(name):
        return False
    if is_link_label(name):  # `Read also`, in a script that has no capitals
        return False
    return all(not word[0].islower() or word.lower() in _PARTICLES for word in words)


def is_one_word(name: str) -> bool:
    """Whether a word can be what somebody goes by, such as `lindengrove_7`: no word that stands beside names."""
    return bool(_ONE_WORD.fullmatch(name)) and not (
        is_organisation(name) or _NOT_A_NAME.search(name.rstrip("0123456789"))
    )


def is_organisation(name: str) -> bool:
    """Whether a name says that it is nobody's own: a desk, a team, a company."""
    return bool(_ORGANISATION.search(name))
