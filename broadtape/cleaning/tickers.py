"""Securities that a page names itself: in the text, as cashtags, in links to quote pages, in its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element

from broadtape.article import Ticker
from broadtape.cleaning.dom import inner_text
from broadtape.cleaning.head import Head

__all__ = ["links_of", "tickers_of"]

_EXCHANGES = (
    "NASDAQ(?:GS|GM|CM)?|NYSE(?: ?(?:ARCA|AMERICAN|MKT))?|NYSEARCA|NYSEAMERICAN|AMEX|CBOE|BATS|OTC(?:QX|QB|MKTS|PK)?|"
    "OTC(?: MARKETS| PINK)|PINK|TSX(?:-?V)?|TSXV|CSE|NEO|LSE|LON|AIM|FRA|FSE|FWB|ETR|XETRA|XETR|EPA|EURONEXT|AMS|BRU|"
    "SWX|SIX|BIT|BME|STO|OMX|CPH|OSE|HEL|ASX|NZX|NZE|HKEX|HKG|SEHK|SGX|TYO|TSE|KRX|KOSDAQ|TPE|NSE|BSE|JSE|BVMF|B3|TADAWUL"
)
# The colon and the symbol are looked for first: a text has few colons and many words that begin like an exchange.
_STATED = re.compile(r"[:：]\s?\$?([A-Z0-9]{1,6}(?:[.\-/][A-Z0-9]{1,4})?)(?![\w$])")
_EXCHANGE = re.compile(rf"(?<![\w.])({_EXCHANGES})\s?$", re.IGNORECASE)
_MORE = re.compile(r"\s*(?:,|;|/|and|&)\s*\$?([A-Z]{1,5}(?:[.\-][A-Z]{1,2})?)(?=\s*[,;)/&]|\s+and\s)")
_CASHTAG = re.compile(r"(?<![\w$])\$([A-Z]{1,5}(?:\.[A-Z]{1,2})?)(?![\w$]|\.\d)")
_QUOTE_PATH = re.compile(
    r"/(?:quotes?|symbols?|stocks?|markets/(?:quote|companies|stocks)|investing/(?:stock|fund)|market-activity/stocks|"
    r"companies|market-data/quotes|stock/quote|ticker)/"
    r"(?:(XNAS|XNYS|XASE|NASDAQ|NYSE|NYSEARCA|AMEX|TSX|LSE|[a-z]{2})/)?([A-Za-z]{1,5}(?:[.\-][A-Za-z]{1,4})?)(?::[A-Z]{2})?/?$"
)
_QUOTE_HINT = re.compile(r"/(?:quote|symbol|stock|companies|investing|market|ticker)")
_SYMBOL = re.compile(r"[A-Z0-9]{1,6}(?:[.\-/][A-Z0-9]{1,4})?")
_MICS = {"XNAS": "NASDAQ", "XNYS": "NYSE", "XASE": "AMEX", "ARCX": "NYSEARCA", "XLON": "LSE", "XTSE": "TSX"}
_NOT_SYMBOLS = frozenset(
    [
        "USD",
        "EUR",
        "GBP",
        "JPY",
        "CNY",
        "CAD",
        "AUD",
        "CHF",
        "US",
        "UK",
        "EU",
        "AI",
        "CEO",
        "CFO",
        "COO",
        "IPO",
        "ETF",
        "GDP",
        "CPI",
        "FED",
        "SEC",
        "A",
        "I",
        "THE",
        "AND",
    ]
)
_METAS = ("ticker", "tickers", "stock", "stocksymbol", "news_symbols", "cxenseparse:ticker", "symbols", "bz:ticker")


def tickers_of(
    text: str, head: Head, links: Iterable[tuple[str, str]], marked: Iterable[tuple[str, str | None]] = ()
) -> tuple[Ticker, ...]:
    """Every symbol the page states, the best evidence for each first seen, in the order of the text.

    `links` are (address, text) of links inside the story; `marked` what the outlet's selectors found, as (symbol,
    exchange).
    """
    found: dict[str, Ticker] = {}
    for ticker in (*_in_text(text), *_in_links(links, text), *_marked(marked), *_in_metas(head)):
        known = found.get(ticker.symbol)
        if known is None or (known.exchange is None and ticker.exchange):
            found[ticker.symbol] = ticker if known is None else Ticker(ticker.symbol, ticker.exchange, known.evidence)
    return tuple(found.values())


def links_of(tree: _Element) -> list[tuple[str, str]]:
    """(address, text) of every link below `tree` that may lead to a quote page."""
    return [
        (href, inner_text(a))
        for a in tree.iter("a")
        if (href := a.get("href")) and len(href) < 300 and _QUOTE_HINT.search(href) and _QUOTE_PATH.search(_path(href))
    ]


def _in_text(text: str) -> Iterator[Ticker]:
    for match in _STATED.finditer(text):
        named = _EXCHANGE.search(text, max(0, match.start() - 16), match.start())
        symbol = match[1]
        if not named or not _is_symbol(symbol):
            continue
        exchange = " ".join(named[1].upper().split())
        yield Ticker(symbol, exchange, "text")
        at = match.end()
        while more := _MORE.match(text, at):
            if _is_symbol(more[1]):
                yield Ticker(more[1], exchange, "text")
            at = more.end()
    for match in _CASHTAG.finditer(text):
        if _is_symbol(match[1]):
            yield Ticker(match[1], None, "cashtag")


def _in_links(links: Iterable[tuple[str, str]], text: str) -> Iterator[Ticker]:
    for href, shown in links:
        match = _QUOTE_PATH.search(_path(href))
        if not match:
            continue
        symbol = match[2].upper()
        # A path such as /companies/apple/ is no symbol: the link must show it, or the text must.
        if match[2] != symbol and not re.search(rf"(?<!\w){re.escape(symbol)}(?!\w)", f"{shown} {text}"):
            continue
        if _is_symbol(symbol):
            exchange = _MICS.get((match[1] or "").upper(), (match[1] or "").upper())
            yield Ticker(symbol, exchange if len(exchange) > 2 else None, "link")


def _marked(marked: Iterable[tuple[str, str | None]]) -> Iterator[Ticker]:
    for value, exchange in marked:
        prefix, _, symbol = value.strip().upper().rpartition(":")
        if _is_symbol(symbol):
            yield Ticker(symbol, (exchange or prefix or "").upper() or None, "link")


def _in_metas(head: Head) -> Iterator[Ticker]:
    for name in _METAS:
        for value in head.metas.get(name, ()):
            for piece in re.split(r"[,;|\s]+", value):
                prefix, _, symbol = piece.strip("$").rpartition(":")
                if symbol == symbol.upper() and _is_symbol(symbol):
                    yield Ticker(symbol, prefix.upper() or None, "meta")


def _is_symbol(symbol: str) -> bool:
    return bool(_SYMBOL.fullmatch(symbol)) and symbol not in _NOT_SYMBOLS


def _path(href: str) -> str:
    try:
        return unquote(urlsplit(href).path)
    except ValueError:
        return ""
