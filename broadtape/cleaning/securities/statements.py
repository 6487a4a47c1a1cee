"""Securities that a text states, with their exchange or as a ticker symbol: `(NASDAQ: AAPL)`, `under the symbol "
""X"`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from broadtape.cleaning.securities.exchanges import CODES, EXCHANGE, PLACE, SPACED_CLASS

__all__ = ["Statement", "is_symbol", "statements_in"]

_QUOTE = "[\"'“”‘’„«»「」]"
_SYMBOL = r"[A-Z0-9]{1,12}(?:[.\-/&][A-Z0-9]{1,4}(?![A-Za-z0-9])|p[A-Z](?![A-Za-z]))?"
_ONE = rf"{_QUOTE}?\$?(?P<symbol>{_SYMBOL})(?![\w$]){_QUOTE}?"
_LONGEST = 11
"""Characters of a symbol, class included; a longer one is an ISIN, behind which the symbol may follow."""
# The mark and the symbol are looked for first: a text has few of them, and many words that begin like an exchange.
_STATED = re.compile(rf"(?:[:：]|\s[–—-]|,)\s?{_ONE}(?P<word>(?= [A-Z]{{2,}}\b))?")
_SPACED = re.compile(rf"[(（\[][^()（）\[\]\n]{{2,60}}?(?P<gap>\s){_ONE}(?=\s?[)\]）])")
_BEFORE = re.compile(
    rf"(?<![\w.])(?P<exchange>{EXCHANGE}|(?P<place>{PLACE}))"
    r"(?:[ -](?:Global(?: Select)?|Capital|Main|Growth|Stock|Prime|Standard))?(?:[ -](?:Market|Exchange))?"
    rf"(?:\s?(?:,|/|&|and|und|et|y|e)\s?(?:the )?(?:{EXCHANGE}))?\s?{_QUOTE}?$",
    re.IGNORECASE,
)
_LABEL = (
    r"(?:\b(?:(?:ticker|stock|share|trading|exchange|securities)\s?)?(?:symbol|ticker|mnemo(?:nic)?|kürzel)s?|"
    r"\b(?:ticker|stock|share|trading|securities) code|"
    r"\b(?:tickers?|wertpapierkürzel|börsenkürzel|mnémo(?:nique)?|simbolo|símbolo)|"
    r"股票?代[码碼號号]|股份代號|证券代码|證券代號|(?:証券|銘柄)?コード|종목코드)"
)
_CODE = re.compile(
    rf"(?i:{_LABEL}(?:\s?[:：]\s?|\s(?:(?:is|of|are|will be|remains?)\s)?))(?={_QUOTE}|\$?[A-Z0-9]){_ONE}"
    rf"(?P<rest>(?:\s?(?:,|and|&)\s?{_QUOTE}\$?{_SYMBOL}{_QUOTE})*)"
)
_CALLED = re.compile(r"[sS]ymbol|[tT]icker|TICKER|SYMBOL|[kK][uü]rzel|n[eé]mo|[sS][ií]mbol| [cC]ode|コード|代|코드")
_MORE = re.compile(
    rf"\s*(?:,|;|/|\||and|&|\s[–—-])\s*{_QUOTE}?\$?({_SYMBOL})(?![\w$]){_QUOTE}?(?!\s?[:：])(?=\s*[,;)/&|\]）]|"
    rf"\s+and\s|\s*$|\s[–—-])"
)
_CLASS = re.compile(r" (?:[A-D]|SDB|PREF)(?=\s?[,;)\]|]|$)")
_AFTER = re.compile(
    r"[(（\[]\s?(?P<symbol>[A-Z]{1,5}(?:\.[A-Z])?|\d{4,6})\s?[:：]\s?"
    rf"(?P<exchange>{EXCHANGE}|{PLACE})\s?[)）\]]"
)
_BLOOMBERG = re.compile(
    r"\((?P<symbol>[A-Z]{2,5}|\d{3,6}) (?P<exchange>LN|GR|FP|IM|SM|SW|JP|HK|TT|KS|AU|US|CN)(?: Equity)?\)"
)
_TIERS = re.compile(r"^(NASDAQ)(?:[ -](?:GLOBAL|SELECT|CAPITAL|NATIONAL|STOCK|MARKET|EXCHANGE|GS|GM|CM))+$")
_LOOK_BACK, _SENTENCE = 70, 120
_PLACEHOLDERS = frozenset(
    "TBD TBA TBC NONE NULL PENDING PRIVATE UNLISTED SYMBOL TICKER XXXX XXX NYSE NASDAQ N/A".split()
)
_WORDS = frozenset(
    "USD EUR GBP JPY CNY CAD AUD NZD HKD SGD CHF SEK NOK DKK INR US UK EU NZ HK AI CEO CFO COO IPO ETF GDP CPI FED SEC "
    "A I THE AND M MM MN B BN K T TN TRN".split()
)
"""Words that only a statement with an exchange makes a symbol: after a dollar sign they are currencies and amounts."""
_MARKET_WORDS = frozenset(
    "UP DOWN FLAT MIXED OPEN OPENS CLOSE CLOSED CLOSES HIGHER LOWER HIGH LOW HALTED HALT BUY SELL HOLD NEW NO NOT ON "
    "ALL LIVE STOCKS SHARES NEWS WHY HOW WHAT TOP".split()
)
"""Words that lines about a market have where a symbol could stand; within brackets they are symbols."""
_MOST_LOOKS = 5_000
"""Marks looked at: no story has as many, and a page made of them must not take minutes."""


class Statement(NamedTuple):
    """A symbol as the text has it, the exchange's name beside it in upper case or None, and where it stands."""

    symbol: str
    exchange: str | None
    start: int


def statements_in(text: str) -> Iterator[Statement]:
    """Every symbol that a text states with an exchange, or calls a ticker symbol, in no order."""
    for match in islice(_STATED.finditer(text), _MOST_LOOKS):
        yield from _with_exchange(match, match.start(), text, colon=match[0][0] in ":：")
    for match in islice(_SPACED.finditer(text), _MOST_LOOKS):
        yield from _with_exchange(match, match.start("gap"), text, colon=False)
    if _CALLED.search(text):
        for match in islice(_CODE.finditer(text), _MOST_LOOKS):
            yield from _called_symbol(match, text)
    for match in islice(chain(_AFTER.finditer(text), _BLOOMBERG.finditer(text)), _MOST_LOOKS):
        if is_symbol(match["symbol"]) and not _placeholder(match["symbol"], text, match.end("symbol")):
            yield Statement(match["symbol"], match["exchange"].upper(), match.start())


def is_symbol(symbol: str) -> bool:
    """Whether a word has the form of a symbol and is none of the words that look like one."""
    return bool(re.fullmatch(_SYMBOL, symbol)) and symbol not in _WORDS


def _with_exchange(match: re.Match[str], mark: int, text: str, *, colon: bool) -> Iterator[Statement]:
    """What a symbol behind a `mark` is, if an exchange stands before it."""
    within = _in_brackets(text, mark)
    if not within and not colon:
        return
    named = _BEFORE.search(text, max(0, mark - _LOOK_BACK), mark)
    if not named or (named["place"] and not within):
        return
    if not colon and (named["place"] or match["symbol"] in CODES):
        return
    exchange = _name(named["exchange"])
    if not within and not _stands_alone(match, text):
        return
    at = match.end("symbol")
    yield from _symbols(match["symbol"], text, at, exchange, named.start())
    at = match.end()
    while more := _MORE.match(text, at):
        if (is_symbol(more[1]) and not more[1].isdigit()) or within:
            yield from _symbols(more[1], text, more.end(1), exchange, named.start())
        at = more.end()


def _name(written: str) -> str:
    """An exchange's name in upper case, without the tier of its market."""
    return _TIERS.sub(r"\1", " ".join(written.upper().split()))


def _stands_alone(match: re.Match[str], text: str) -> bool:
    """Whether what follows an exchange outside of brackets is a symbol, and not a word of a line about the market."""
    symbol = match["symbol"]
    quoted = text[match.start("symbol") - 1] in "\"'“‘„«"
    return quoted or (
        is_symbol(symbol)
        and not symbol.isdigit()
        and symbol not in _MARKET_WORDS
        and match.groupdict().get("word") is None
    )


def _symbols(written: str, text: str, end: int, exchange: str | None, start: int) -> Iterator[Statement]:
    if len(written) > _LONGEST or _placeholder(written, text, end):
        return
    one, slash, other = written.partition("/")
    if slash and len(other) > 1 and len(one) > 1:
        yield from (Statement(symbol, exchange, start) for symbol in (one, other))
    elif exchange and SPACED_CLASS.search(exchange) and (share := _CLASS.match(text, end)):
        yield Statement(written + share[0], exchange, start)
    else:
        yield Statement(written, exchange, start)


def _called_symbol(match: re.Match[str], text: str) -> Iterator[Statement]:
    symbol = match["symbol"]
    quoted = text[match.start("symbol") - 1] in "\"'“‘„«「"
    if symbol != symbol.upper() or _placeholder(symbol, text, match.end("symbol")) or len(symbol) > _LONGEST:
        return
    if not quoted and (symbol in _WORDS or symbol in _MARKET_WORDS):
        return
    before = text[max(0, match.start() - _SENTENCE) : match.start()]
    named = [
        m["exchange"] for m in re.finditer(rf"(?<![\w.])(?P<exchange>{EXCHANGE})(?!\w)", before.rpartition(". ")[2])
    ]
    exchange = _name(named[-1]) if named else None
    yield Statement(symbol, exchange, match.start())
    for other in re.findall(rf"{_QUOTE}\$?({_SYMBOL}){_QUOTE}", match["rest"]):
        yield Statement(other, exchange, match.start())


def _placeholder(symbol: str, text: str, end: int) -> bool:
    return symbol in _PLACEHOLDERS or text[end - len(symbol) : end + 2].startswith("N/A")


def _in_brackets(text: str, start: int) -> bool:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return max(line.rfind("("), line.rfind("（"), line.rfind("[")) > max(
        line.rfind(")"), line.rfind("）"), line.rfind("]")
    )
