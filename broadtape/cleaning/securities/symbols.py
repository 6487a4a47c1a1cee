"""What a symbol looks like in a text, and the words that only look like one."""

from __future__ import annotations

import re
from typing import NamedTuple

from broadtape.cleaning.securities.exchanges import EXCHANGE

__all__ = [
    "LONGEST", "MARKET_WORDS", "MORE", "MOST_LOOKS", "ONE", "OWN_MARKET", "QUOTE", "SYMBOL", "Statement",
    "exchange_name", "is_placeholder", "is_symbol",
]  # fmt: skip

QUOTE = "[\"'“”‘’„«»「」]"
SYMBOL = r"[A-Z0-9]{1,12}(?:(?:[.\-/&][A-Z0-9]{1,4}){1,2}(?![A-Za-z0-9])|p[A-Z](?![A-Za-z]))?"
ONE = rf"{QUOTE}?\$?(?P<symbol>{SYMBOL})(?![\w$]){QUOTE}?"
LONGEST = 11
"""Characters of a symbol, class included; a longer one is an ISIN, behind which the symbol may follow."""
OWN_MARKET = re.compile(rf"(?:{EXCHANGE})\s?[:：]", re.IGNORECASE)
"""An exchange before a symbol."""
MORE = re.compile(
    rf"\s*(?:,|;|/|\||and|&|\s[–—-])\s*{QUOTE}?\$?({SYMBOL})(?![\w$])(?: [A-D](?=\s?[,;)\]]))?{QUOTE}?"
    rf"(?!\s?[:：])(?=\s*[,;)/&|\]）]|\s+and\s|\s*$|\s[–—-])"
)
"""Another symbol behind one, in a list of both."""
_AMOUNT = re.compile(r"\s?(?:[ap]\.?\s?m\b|%|per ?cent\b|points?\b)", re.IGNORECASE)
_TIERS = re.compile(r"^(NASDAQ)(?:[ -](?:GLOBAL|SELECT|CAPITAL|NATIONAL|STOCK|MARKET|EXCHANGE|GS|GM|CM))+$")
_PLACEHOLDERS = frozenset(
    "TBD TBA TBC NONE NULL PENDING PRIVATE UNLISTED SYMBOL TICKER XXXX XXX NYSE NASDAQ N/A".split()
)
_WORDS = frozenset(
    "USD EUR GBP JPY CNY CAD AUD NZD HKD SGD CHF SEK NOK DKK INR US UK EU NZ HK AI CEO CFO COO IPO ETF GDP CPI FED SEC "
    "A I THE AND M MM MN B BN K T TN TRN".split()
)
"""Words that only a statement with an exchange makes a symbol: after a dollar sign they are currencies and amounts."""
MARKET_WORDS = frozenset(
    "UP DOWN FLAT MIXED OPEN OPENS CLOSE CLOSED CLOSES HIGHER LOWER HIGH LOW HALTED HALT BUY SELL HOLD NEW NO NOT ON "
    "ALL LIVE STOCKS SHARES NEWS WHY HOW WHAT TOP".split()
)
"""Words that lines about a market have where a symbol could stand; within brackets they are symbols."""
MOST_LOOKS = 5_000
"""Marks looked at: no story has as many, and a page made of them must not take minutes."""


class Statement(NamedTuple):
    """A symbol as the text has it, the exchange's name beside it in upper case or None, and where it stands."""

    symbol: str
    exchange: str | None
    start: int


def is_symbol(symbol: str) -> bool:
    """Whether a word has the form of a symbol and is none of the words that look like one."""
    return bool(re.fullmatch(SYMBOL, symbol)) and symbol not in _WORDS


def exchange_name(written: str) -> str:
    """An exchange's name in upper case, without the tier of its market."""
    return _TIERS.sub(r"\1", " ".join(written.upper().split()))


def is_placeholder(symbol: str, text: str, end: int) -> bool:
    """Whether what ends at `end` of a text says that there is no symbol, `TBD`, or is an amount or a time, `4 p.m.`."""
    if symbol in _PLACEHOLDERS or text[end - len(symbol) : end + 2].startswith("N/A"):
        return True
    return symbol.isdigit() and bool(_AMOUNT.match(text, end))
