"""Securities that a text states, with their exchange or as a ticker symbol: `(NASDAQ: AAPL)`, `under the symbol "
""X"`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from broadtape.cleaning.securities.called_symbols import called_symbols
from broadtape.cleaning.securities.exchanges import CODES, EXCHANGE, PLACE, SPACED_CLASS
from broadtape.cleaning.securities.symbols import (
    LONGEST,
    MARKET_WORDS,
    MORE,
    MOST_LOOKS,
    ONE,
    OWN_MARKET,
    QUOTE,
    Statement,
    exchange_name,
    is_placeholder,
    is_symbol,
)

__all__ = ["statements_in"]

# The mark and the symbol are looked for first: a text has few of them, and many words that begin like an exchange.
# What a match begins with is one set, so that it is sought quickly; what makes a mark of it is asked behind that.
_STATED = re.compile(
    rf"[:：,–—\s-](?:(?<=[:：,–—])|(?<=\s)[–—-]|(?<=-)(?=[A-Z0-9]))\s?{ONE}(?P<word>(?= [A-Z]{{2,}}\b))?"
)
_SPACED = re.compile(rf"[(（\[][^()（）\[\]\n]{{2,60}}?(?P<gap>\s){ONE}(?=\s?[)\]）])")
_BEFORE = re.compile(
    rf"(?<![\w.])(?P<exchange>{EXCHANGE}|(?P<place>{PLACE}))"
    r"(?:[ -](?:Global(?: Select)?|Capital|Main|Growth|Stock|Prime|Standard))?(?:[ -](?:Market|Exchange))?"
    rf"(?:\s?(?:,|/|&|and|und|et|y|e)\s?(?:the )?(?:{EXCHANGE}))?\s?{QUOTE}?$",
    re.IGNORECASE,
)
_IS_EXCHANGE = re.compile(EXCHANGE, re.IGNORECASE)
_NOSYMBOL = re.compile(r"\d+[-/]\d+")
_IN_A_LIST = re.compile(r"[;,|/]\s?$")
_CLASS = re.compile(r" (?:[A-D]|SDB|PREF)(?=\s?[,;)\]|]|$)")
_AFTER = re.compile(
    rf"[(（\[;,/|]\s?{QUOTE}?(?P<symbol>[A-Z]{{1,5}}(?:\.[A-Z])?|\d{{4,6}}){QUOTE}?\s?(?:"
    rf"[:：]\s?(?P<exchange>{EXCHANGE}|{PLACE}|CA)(?=\s?[)）\];,/|])|[,–-]\s?(?P<behind>{EXCHANGE})(?=\s?[)）\]]))"
)
_BLOOMBERG = re.compile(
    r"\((?P<symbol>[A-Z]{2,5}|\d{3,6}) (?P<exchange>LN|GR|FP|IM|SM|SW|JP|HK|TT|KS|AU|US|CN)(?: Equity)?\)"
)
_LOOK_BACK = 70


def statements_in(text: str) -> Iterator[Statement]:
    """Every symbol that a text states with an exchange, or calls a ticker symbol, in no order."""
    for match in islice(_STATED.finditer(text), MOST_LOOKS):
        yield from _with_exchange(match, match.start(), text, colon=match[0][0] in ":：")
    for match in islice(_SPACED.finditer(text), MOST_LOOKS):
        yield from _with_exchange(match, match.start("gap"), text, colon=False)
    yield from called_symbols(text)
    for match in islice(chain(_AFTER.finditer(text), _BLOOMBERG.finditer(text)), MOST_LOOKS):
        yield from _before_exchange(match, text)


def _before_exchange(match: re.Match[str], text: str) -> Iterator[Statement]:
    """A symbol with its exchange behind it, within brackets: `(LRCH: NYSE)`, `(LRC: TSX; LRCHF: OTC)`, `(LRC-TSXV)`."""
    symbol, exchange = match["symbol"], match["exchange"] or match.groupdict().get("behind") or ""
    # In a list of exchanges before symbols, `(TSX, NYSE: LRCH)`, what stands before a comma may be an exchange.
    if symbol in CODES or not is_symbol(symbol) or is_placeholder(symbol, text, match.end("symbol")):
        return
    if _in_brackets(text, match.end("symbol")):
        yield Statement(symbol, exchange.upper(), match.start())


def _with_exchange(match: re.Match[str], mark: int, text: str, *, colon: bool) -> Iterator[Statement]:
    """What a symbol behind a `mark` is, if an exchange stands before it."""
    within = _in_brackets(text, mark)
    if not within and not colon:
        return
    named = _BEFORE.search(text, max(0, mark - _LOOK_BACK), mark)
    if not named or (named["place"] and not within and not _continues(text, named.start())):
        return
    if not colon and (named["place"] or match["symbol"] in CODES):
        return
    if _IS_EXCHANGE.fullmatch(text, named.start(), match.end("symbol")):
        return  # `TSX-V`
    exchange = exchange_name(named["exchange"])
    if not within and not _stands_alone(match, text):
        return
    at = match.end("symbol")
    yield from _symbols(match["symbol"], text, at, exchange, named.start())
    share = _CLASS.match(text, match.end())
    at = share.end() if share else match.end()
    while more := MORE.match(text, at):
        if (is_symbol(more[1]) and not more[1].isdigit()) or within:
            yield from _symbols(more[1], text, more.end(1), exchange, named.start())
        at = more.end()


def _continues(text: str, start: int) -> bool:
    """Whether a place stands in a list of exchanges with their symbols, `TSX-V: LRC; Frankfurt: 7LR`."""
    before = text[max(text.rfind("\n", 0, start) + 1, start - _LOOK_BACK) : start]
    return bool(_IN_A_LIST.search(before)) and bool(OWN_MARKET.search(before))


def _stands_alone(match: re.Match[str], text: str) -> bool:
    """Whether what follows an exchange outside of brackets is a symbol, and not a word of a line about the market."""
    symbol = match["symbol"]
    quoted = text[match.start("symbol") - 1] in "\"'“‘„«"
    return quoted or (
        is_symbol(symbol)
        and not symbol.isdigit()
        and symbol not in MARKET_WORDS
        and match.groupdict().get("word") is None
    )


def _symbols(written: str, text: str, end: int, exchange: str | None, start: int) -> Iterator[Statement]:
    if len(written) > LONGEST or is_placeholder(written, text, end) or _NOSYMBOL.fullmatch(written):
        return
    one, slash, other = written.partition("/")
    if slash and len(other) > 1 and len(one) > 1:
        yield from (Statement(symbol, exchange, start) for symbol in (one, other))
    elif exchange and SPACED_CLASS.search(exchange) and (share := _CLASS.match(text, end)):
        yield Statement(written + share[0], exchange, start)
    else:
        yield Statement(written, exchange, start)


def _in_brackets(text: str, start: int) -> bool:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return max(line.rfind("("), line.rfind("（"), line.rfind("[")) > max(
        line.rfind(")"), line.rfind("）"), line.rfind("]")
    )
