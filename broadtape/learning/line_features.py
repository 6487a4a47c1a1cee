"""What a line says, as far as its words tell: that it reports, quotes, or speaks to its reader."""

from __future__ import annotations

import re

__all__ = ["is_label", "is_placeholder", "speaks_to_reader", "tells_reader", "told_of_a_story"]

_LABEL = 80
_PLACEHOLDER = re.compile(r"(?:[^\W\d]{2,20}(?: [^\W\d]{2,20})?)(?:\.{3}|…)")
_QUOTING = re.compile(r"[\"“„«»『「]|(?:^|\s)[‘'][^\s]")
_CELLS = " | "
_SECURITY = re.compile(r"\b(?:NYSE|NASDAQ|Nasdaq|AMEX|TSX|LSE|XETRA|OTC\w*|HKEX|ASX)\s?[:：]|(?<!\w)\$[A-Z]{1,5}\b")
_REPORTING = re.compile(
    r"(?i)\b(?:said|says|told|reported|declined|respond(?:ed)?|comment(?:ed)? on|according to|could not be|did not|"
    r"was not immediately|were not immediately|rose|fell|closed|announced|expects?|"
    r"sagten?|sagte|teilten? .{0,40}mit|hieß es|äußern|wollte(?:n)? sich|war(?:en)? zunächst|laut|"
    r"a (?:déclaré|indiqué|annoncé)|ont (?:déclaré|indiqué)|selon|n'a pas|n’a pas|n'ont pas|n’ont pas|"
    r"dijo|dijeron|según|no respondi[óe]|anunció|ha detto|hanno detto|secondo|non ha|disse|disseram|segundo|"
    r"não respondeu|informou)\b|(?:述べた|語った|明らかにした|发表|表示|据)"
)
_READER = re.compile(
    r"(?i)\b(?:you|your|yours|our|us|click|subscribe|sign up|sign in|log in|register|follow|download|newsletter|"
    r"read (?:more|next|also)|share this|view|watch|try|get|join|visit|advert\w*|sponsored|disclaimer|copyright|"
    r"cookies?|terms of (?:use|service)|all rights reserved|"
    r"sie|ihre?n?|unser\w*|abonnieren|anmelden|jetzt|hier|lesen sie|mehr zum thema|anzeige|"
    r"vous|votre|vos|nos|notre|abonnez|inscrivez|cliquez|découvrez|lire aussi|publicité|"
    r"usted|su correo|nuestr\w+|suscr[íi]b\w+|reg[íi]str\w+|haga clic|lea también|publicidad|"
    r"iscriviti|abbonati|leggi anche|clicca|nostr\w+|pubblicità|"
    r"assine|inscreva-se|clique|leia também|nosso|nossa|publicidade)\b|"
    r"(?:ください|こちら|登録|会員|点击|订阅|关注|扫码)"
)

# What no heading of a story begins with.
_TOLD_TO = re.compile(
    r"(?i)\W*(?:click|subscribe|sign (?:up|in)|log in|register|download|follow us|join us|share this|view (?:more|all)|"
    r"advert\w*|sponsored|klicken sie|jetzt|abonnieren|anmelden|anzeige|cliquez|abonnez|inscrivez|publicité|haga clic|"
    r"suscr[íi]b\w+|publicidad|iscriviti|abbonati|clicca|pubblicità|assine|inscreva-se|clique|publicidade)\b"
)


def told_of_a_story(line: str) -> str | None:
    """Why a line belongs to stories however often it stands; None where nothing in it says so."""
    if _CELLS in line:
        return "a row of a table"
    if _SECURITY.search(line):
        return "it names a security"
    if _QUOTING.search(line):
        return "it quotes"
    return "it reports" if _REPORTING.search(line) else None


def is_placeholder(line: str) -> bool:
    """Whether a line stands for something that a script would load: `Loading…`."""
    return bool(_PLACEHOLDER.fullmatch(line))


def is_label(line: str) -> bool:
    """Whether a line is short and no sentence, as headings are."""
    return len(line) <= _LABEL and not re.search(r"[.!?。！？]$", line)


def speaks_to_reader(line: str) -> bool:
    """Whether a line speaks of those who read it, or of what the outlet offers them."""
    return bool(_READER.search(line))


def tells_reader(line: str) -> bool:
    """Whether a line begins as no heading of a story does: `Click here`, `Advertisement`."""
    return bool(_TOLD_TO.match(line))
