"""Securities that a page names itself: in the text, as cashtags, in links to quote pages, in its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from broadtape.article import Ticker
from broadtape.cleaning.page.head import Head
from broadtape.cleaning.page.json_ld import as_list, text_of
from broadtape.cleaning.securities.statements import statements_in
from broadtape.cleaning.securities.symbols import is_symbol
from broadtape.cleaning.securities.ticker_links import Quote, named_by, of_ric

__all__ = ["tickers_of"]

_CASHTAG = re.compile(r"\$(?<![\w$]\$)([A-Z]{1,5}(?:\.[A-Z]{1,2})?)(?![\w$]|\.\d)")
_RIC = re.compile(r"[(（<]((?:[A-Z]{1,5}[a-z]?|\d{4,6})\.[A-Z]{1,2})[)）>]")
_SYMBOL = r"[A-Z0-9]{1,10}(?:[.\-/&][A-Z0-9]{1,4})?"
_NAMED = re.compile(rf"[^(]{{1,60}}\((?:([A-Z]+):\s?)?({_SYMBOL})\)")
_METAS = ("ticker", "tickers", "stock", "stocksymbol", "news_symbols", "cxenseparse:ticker", "symbols", "bz:ticker")
_SHARED = ("twitter:title", "og:title")
_MOST = 200


def tickers_of(
    text: str, head: Head, quotes: Iterable[Quote], marked: Iterable[tuple[str, str | None]] = ()
) -> tuple[Ticker, ...]:
    """Every symbol the page states, the best evidence for each first seen, in the order of the text.

    `quotes` may be all of the page's: securities that the text does not speak of are left out. `marked` is what the
    outlet's selectors found, as (symbol, exchange).
    """
    found: dict[str, Ticker] = {}
    for ticker in (*_in_text(text), *_in_links(quotes, text), *_marked(marked), *_in_data(head), *_in_metas(head)):
        known = found.get(ticker.symbol)
        if known is None or (known.exchange is None and ticker.exchange):
            found[ticker.symbol] = ticker if known is None else Ticker(ticker.symbol, ticker.exchange, known.evidence)
    return tuple(found.values())[:_MOST]


def _in_text(text: str) -> Iterator[Ticker]:
    for stated in sorted(statements_in(text), key=lambda statement: statement.start):
        yield Ticker(stated.symbol, stated.exchange, "text")
    for match in _RIC.finditer(text):
        if named_so := of_ric(match[1]):
            yield Ticker(*named_so, "text")
    for match in _CASHTAG.finditer(text):
        if is_symbol(match[1]):
            yield Ticker(match[1], None, "cashtag")


def _in_links(quotes: Iterable[Quote], text: str) -> Iterator[Ticker]:
    for quote in quotes:
        if found := named_by(quote, text):
            yield Ticker(*found, "link")


def _marked(marked: Iterable[tuple[str, str | None]]) -> Iterator[Ticker]:
    """What the outlet's selectors found: one symbol each, or keywords, of which those count that say `US:ORCL`."""
    for value, exchange in marked:
        pieces = [piece.strip().strip("()$") for piece in value.split(",")]
        for piece in pieces:
            prefix, colon, symbol = piece.rpartition(":")
            if is_symbol(symbol) and (colon or len(pieces) == 1):
                yield Ticker(symbol, (exchange or prefix).strip().upper() or None, "link")


def _in_data(head: Head) -> Iterator[Ticker]:
    """`tickerSymbol` of what the story's JSON-LD is about or mentions: `NASDAQ AAPL`, `NYSE:F`, `F`."""
    story: dict[str, Any] = head.data.story
    for key in ("about", "mentions"):
        for node in as_list(story.get(key))[:_MOST]:
            stated = text_of(node.get("tickerSymbol")) if isinstance(node, dict) else None
            *before, symbol = re.split(r"[:\s]+", stated) if stated else [""]
            if is_symbol(symbol):
                yield Ticker(symbol, " ".join(before).upper() or None, "meta")


def _in_metas(head: Head) -> Iterator[Ticker]:
    """Meta tags that list symbols: `AAPL, MSFT`, `NASDAQ:AAPL`, `Apple (AAPL)`; and cashtags in what is shared."""
    for name in _METAS:
        for value in head.metas.get(name, ()):
            for piece in re.split(r"[,;|]", value):
                yield from _listed(piece.strip())
    for name in _SHARED:
        for value in head.metas.get(name, ()):
            yield from (Ticker(m[1], None, "meta") for m in _CASHTAG.finditer(value) if is_symbol(m[1]))


def _listed(piece: str) -> Iterator[Ticker]:
    if named := _NAMED.fullmatch(piece):
        yield Ticker(named[2], named[1], "meta")
        return
    for word in piece.split():
        prefix, _, symbol = word.strip("$").rpartition(":")
        if is_symbol(symbol):
            yield Ticker(symbol, prefix.upper() or None, "meta")
