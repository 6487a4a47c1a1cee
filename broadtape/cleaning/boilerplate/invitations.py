"""The outlet's own invitation below a story: to subscribe, to follow, to download; it is told by where it stands and by
three things that such a line says together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadtape.cleaning.rendering.blocks import Block

__all__ = ["asks", "asks_to_subscribe", "invitations"]

_LAST, _ABOVE = 3, 3
"""Lines at the end that may invite, and those that a story has above them at the least. Of 990 real pages 15 end so; on
one of them the line is wanted."""
_LONGEST = 450
_ASKS = re.compile(
    r"\b(?:follow|subscribe|subscribing|sign(?:ing)? up|join|download|support(?:ing)?|bookmark|"
    r"folg[et]\w*|abonnier\w*|anmelde[nt]?|unterstütz\w*|hol(?:en|t)? (?:sie|dir|euch)|s[ií]gu[ae]\w*|seguir\w*|"
    r"suscr[ií]b\w*|[uú]ne?[td]e|suive[zr]|abonne[zr]?|inscri(?:vez|re|ption)|segui\w*|iscriv\w*|assine|inscreva|"
    r"junte|siga|obserwuj\w*|subskry\w*|subskrypcj\w*|prenumer\w*|polub\w*|dołącz\w*|volg|følg|följ|abonnér|"
    r"подпи[сш]\w+|takip|abone|kaydol\w*|meld(?:en|e|t)? (?:sie|dich|euch|u|je)|anmäl\w*|prenumerera|tilaa|liity|"
    r"zapisz|підпи\w+|εγγραφ\w+|ακολουθ\w+|přihlas\w*|odebír\w*|iratkoz\w*|abonați|đăng ký|theo dõi)\b|"
    r"اشترك|تابعونا|הירשמו|הצטרפו|עקבו|सदस्यता|सब्सक्राइब|สมัคร|ติดตาม|登録|購読|フォロー|订阅|訂閱|关注|關注|구독|팔로우",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:facebook|twitter|instagram|telegram|whatsapp|youtube|tiktok|linkedin|google news|newsletters?|"
    r"bolet[ií]n\w*|rundbrief|app|apps|e-?paper|e-?mail|abo|abonnement|subscription|\w*edition|inbox|posteingang|canal|"
    r"channel|kanal\w*|kanał\w*|tygodnika?|magazin\w*|blog|homepage|рассылк\w+|канал\w*|bülten\w*|nieuwsbrief|"
    r"nyhetsbrev\w*|uutiskirje\w*|розсилк\w+|zpravodaj\w*|hírlev\w*|bản tin)\b|نشر[ةت]|ניוזלטר|न्यूज़लेटर|न्यूज़लेटर|"
    r"จดหมายข่าว|メールマガジン|メルマガ|ニュースレター|新闻信|电子报|電子報|公众号|뉴스레터|채널",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:us|our|this (?:article|post|story)|uns|unser\w*|nuestr[ao]s?|s[ií]guenos|seguirnos|notre|nos|nous|"
    r"nostr[aeio]|seguici|nosso\w*|nossa\w*|nasz\w*|nas|ons|onze|oss|vår\w*|vores|нас|наш\w*|bizi|våra?|vårt|"
    r"\w{4,}emme|\w{4,}imize|\w{3,}lerimiz\w*|μας|chúng tôi)\b|نشرتنا|قناتنا|שלנו|हमारे?|ของเรา|お届け|"
    r"当社|弊社|当サイト|我们|我們|本站|저희|당사|받아 ?보세요",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"„«「][^”\"»」]{0,400}[”\"»」]")


def invitations(blocks: Sequence[Block]) -> set[int]:
    """Which of the last lines ask the reader to follow or subscribe to what the outlet has elsewhere. What somebody
    says in the story, between quotation marks, asks nobody."""
    if len(blocks) <= _ABOVE:
        return set()
    return {i for i in range(max(_ABOVE, len(blocks) - _LAST), len(blocks)) if _invites(blocks[i].text)}


def _invites(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    said = _QUOTED.sub("", line)
    return bool(asks_to_subscribe(said) and _OURS.search(said))


def asks(text: str) -> bool:
    """Whether a text has words that ask its reader to subscribe, follow or sign up."""
    return bool(_ASKS.search(text))


def asks_to_subscribe(text: str) -> bool:
    """Whether it has words for what, too."""
    return asks(text) and bool(_WHERE.search(text))
