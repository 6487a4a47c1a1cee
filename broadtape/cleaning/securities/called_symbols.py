"""Symbols that a text calls so: `under the symbol "LRCH"`, `Ticker: LRCH`, `trades as LRCH on the NYSE`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from broadtape.cleaning.securities.exchanges import CODES, EXCHANGE
from broadtape.cleaning.securities.symbols import (
    LONGEST,
    MARKET_WORDS,
    MORE,
    MOST_LOOKS,
    ONE,
    OWN_MARKET,
    QUOTE,
    SYMBOL,
    Statement,
    exchange_name,
    is_placeholder,
    is_symbol,
)

__all__ = ["called_symbols"]

_LABEL = (
    r"(?:\b(?:(?:ticker|stock|share|trading|exchange|securities)\s?)?(?:symbol|ticker|mnemo(?:nic)?|kürzel)s?|"
    r"\b(?:ticker|stock|share|trading|securities) code|"
    r"\b(?:tickers?|wertpapierkürzel|börsenkürzel|mnémo(?:nique)?|simbolo|símbolo)|"
    r"股代[码碼號号]|(?:股票|股份|证券|證券|交易|上市|所)代[码碼號号]|(?:証券|銘柄)?コード|종목코드|"
    r"(?-i:(?<=[A-Z]{3}\s)code))"
)
_CODE = re.compile(
    rf"(?i:{_LABEL}(?:\s?[:：]\s?|\s(?:(?:is|of|are|will be|remains?)\s)?)"
    rf"(?:(?P<market>{EXCHANGE})\s?[–—-]\s)?)(?={QUOTE}|\$?[A-Z0-9]){ONE}"
)
QUOTED = re.compile(rf"(?:under|and|or|,|&|symbols?|tickers?)\s?[\"“‘„«「]\$?(?P<symbol>{SYMBOL}),?[\"”’“»」]")
"""Further symbols of a sentence that called one so."""
_SEVERAL = re.compile(r"(?i:symbols|tickers)\b")
_CALLED = (
    "symbol", "Symbol", "SYMBOL", "ticker", "Ticker", "TICKER", "kürzel", "Kürzel", "kurzel", "Kurzel", "nemo", "némo",
    "simbol", "Simbol", "símbol", "Símbol", " code", " Code", "コード", "代", "코드",
)  # fmt: skip
_BEFORE_WORD = 12
"""Characters of a label before such a word at the most, as in `securities symbol`."""
# Patterns that begin with a letter are sought many times faster than with a boundary: it is looked for behind that.
_TRADES_AS = re.compile(
    r"(?:t(?<=\bt)rad(?:es?|ed|ing)|l(?<=\bl)isted|q(?<=\bq)uoted)\s(?:as|under)\s"
    rf"{QUOTE}?(?P<symbol>[A-Z]{{2,6}}(?:\.[A-Z]{{1,2}})?){QUOTE}?\son\s(?:the\s)?(?P<exchange>{EXCHANGE})(?!\w)"
)
_UNDER = re.compile(
    rf"on(?<=\bon)\s(?:the\s)?(?P<exchange>{EXCHANGE})(?:\s[Mm]arket)?,?\s(?:and\strades\s)?under\s[\"“‘„](?P<symbol>{SYMBOL}),?[\"”’“]"
)
_ON = re.compile(rf"{QUOTE}?,?\s(?:on|at)\s(?:the\s)?(?P<exchange>{EXCHANGE})(?!\w)")
_NAMED = re.compile(rf"(?<![\w.])(?P<exchange>{EXCHANGE})(?!\w)")
_SENTENCE = 120


def called_symbols(text: str) -> Iterator[Statement]:
    """Every symbol that a text calls a ticker symbol, or what a security trades as, in no order."""
    for match in islice(_calls(text), MOST_LOOKS):
        yield from _called_symbol(match, text)
    for match in islice(chain(_TRADES_AS.finditer(text), _UNDER.finditer(text)), MOST_LOOKS):
        yield Statement(match["symbol"], exchange_name(match["exchange"]), match.start())


def _calls(text: str) -> Iterator[re.Match[str]]:
    """What `_CODE` finds in a text, sought at the words that it needs: most texts have none of them."""
    end = 0
    for place in sorted(place for word in _CALLED if word in text for place in _places(word, text)):
        starts = range(max(end, place - _BEFORE_WORD), place + 2)
        if match := next(filter(None, (_CODE.match(text, start) for start in starts)), None):
            yield match
            end = match.end()


def _places(word: str, text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(word, text))


def _called_symbol(match: re.Match[str], text: str) -> Iterator[Statement]:
    symbol = match["symbol"]
    quoted = text[match.start("symbol") - 1] in "\"'“‘„«「"
    if symbol != symbol.upper() or is_placeholder(symbol, text, match.end("symbol")) or len(symbol) > LONGEST:
        return
    if not quoted and (not is_symbol(symbol) or symbol in MARKET_WORDS):
        return
    if OWN_MARKET.match(text, match.start("symbol")) or (symbol in CODES and not quoted):
        return  # `Ticker: TSX: LRC`
    before = text[max(0, match.start() - _SENTENCE) : match.start()]
    named = [m["exchange"] for m in _NAMED.finditer(before.rpartition(". ")[2])]
    behind = _ON.match(text, match.end())
    market = match["market"] or (behind["exchange"] if behind else named[-1] if named else None)
    exchange = exchange_name(market) if market else None
    yield Statement(symbol, exchange, match.start())
    at = match.end()
    while _SEVERAL.search(match[0]) and (more := MORE.match(text, at)) and is_symbol(more[1]):
        yield Statement(more[1], exchange, match.start())
        at = more.end()
    rest = text[match.end() : match.end() + _SENTENCE].partition("\n")[0].partition(". ")[0]
    for other in QUOTED.finditer(rest) if quoted else ():
        yield Statement(other["symbol"], exchange, match.start())
