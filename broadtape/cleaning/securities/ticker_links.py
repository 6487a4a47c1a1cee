"""Securities in markup, such as links to quote pages, and whether the story speaks of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.etree import _Element

from broadtape.cleaning.page.dom import inner_text
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.securities.exchanges import of_mic

__all__ = ["Quote", "named_by", "of_ric", "quotes_in"]

# Suffixes of Reuters' codes whose first part is the exchange's own symbol. With others, such as BNPP.PA, it is not.
_RIC_EXCHANGES = {
    "N": "NYSE", "K": "NYSE", "O": "NASDAQ", "OQ": "NASDAQ", "TO": "TSX", "V": "TSXV", "L": "LSE", "AX": "ASX",
    "HK": "HKEX", "T": "TSE", "SS": "SSE", "SH": "SSE", "SZ": "SZSE", "KS": "KRX", "KQ": "KOSDAQ", "TW": "TWSE",
}  # fmt: skip
_SHARE_CLASS = re.compile(r"([A-Z]+)([a-z])")
# Looked for in every address of a page: what is behind it costs more.
_HINT = re.compile(
    r"/(?:quotes?|symbols?|stocks?|tickers?|compan(?:y|ies)|funds?|etfs?)/(?!\d+/?$)|[?&](?:symb|[Ss]ymbol|[Tt]icker|"
    r"scode|s)="
)
_PATH = re.compile(
    r"/(?:quotes?|symbols?|stocks?|tickers?|compan(?:y|ies)|(?:investing|market-activity)/(?:stocks?|funds?)|funds?|"
    r"etfs?)"
    r"/([^?#]{1,60})$",
    re.IGNORECASE,
)
_KEYS = frozenset({"symbol", "symb", "sym", "ticker", "tickers", "scode"})
_OF_YAHOO = re.compile(r"(?:^|\.)finance\.yahoo\.com$")
_TAILS = frozenset({"quote", "overview", "profile", "news", "summary", "chart", "company"})
_SYMBOL = re.compile(r"[A-Za-z0-9]{1,10}(?:[.\-][A-Za-z0-9]{1,3})?")
_BRACKETED = re.compile(r"\(([A-Za-z][A-Za-z0-9.\-]{0,9})\)")
_LEGAL = re.compile(
    r"[\s,]+(?:inc|corp|corporation|co|company|ltd|limited|plc|llc|lp|ag|se|sa|nv|spa|ab|asa|group|holdings?|"
    r"technologies|"
    r"class [a-c])\b\.?.*$",
    re.IGNORECASE,
)


_MOST = 300
_MOST_LOOKS = 50


class Quote(NamedTuple):
    """A security as markup names it, and the words that stand there."""

    symbol: str
    """As written, which may be in small letters."""
    exchange: str | None
    shown: str


def quotes_in(elements: Elements) -> list[Quote]:
    """Every link of a page that may lead to a quote page, and every element with a symbol among its data; each once,
    the first few hundred."""
    marked = _marked(elements.having("data-ticker", "data-symbol"))
    return list(islice(dict.fromkeys(chain(_links(elements.tagged("a")), marked)), _MOST))


def _links(links: Iterable[_Element]) -> Iterator[Quote]:
    for a in links:
        href = a.get("href")
        if href and len(href) < 300 and _HINT.search(href) and "linkedin" not in href and (named := _address(href)):
            yield Quote(*named, inner_text(a)[:100])


def _marked(marked: Iterable[_Element]) -> Iterator[Quote]:
    for element in marked:
        if named := _pair(element.get("data-ticker") or element.get("data-symbol") or ""):
            exchange = (element.get("data-exchange") or "").strip().upper() or named[1]
            yield Quote(named[0], exchange, inner_text(element)[:100])


def named_by(quote: Quote, text: str) -> tuple[str, str | None] | None:
    """(symbol, exchange) of a security in markup, if `text`, headline included, speaks of it."""
    symbol = quote.symbol.upper()
    if symbol not in text and not _may_speak_of(text, quote.shown):
        return None
    shown = {name.upper() for name in (quote.shown, *_BRACKETED.findall(quote.shown))}
    if quote.symbol != symbol and quote.exchange is None and symbol not in shown and not of_ric(quote.symbol):
        return None  # /companies/apple/ names no symbol
    if not _speaks_of(text, symbol, quote.shown):
        return None
    return of_ric(quote.symbol) or (symbol, quote.exchange)


def of_ric(code: str) -> tuple[str, str | None] | None:
    """(symbol, exchange) of a Reuters code such as `MS.N` or `0700.HK`, where its suffix tells the exchange."""
    root, dot, suffix = code.rpartition(".")
    exchange = _RIC_EXCHANGES.get(suffix) if dot else None
    if exchange is None:
        return None
    share_class = _SHARE_CLASS.fullmatch(root)  # BRKa.N is Berkshire's class A
    return (f"{share_class[1]}.{share_class[2].upper()}" if share_class else root), exchange


def _may_speak_of(text: str, shown: str) -> bool:
    """Whether a text has the first of the words that show a security: a strip has hundreds that no story names."""
    first, _, _ = shown.partition(" ")
    return "(" in shown or (bool(first) and first.strip(",.") in text)


def _speaks_of(text: str, symbol: str, shown: str) -> bool:
    """Whether the text has the symbol or the words that show it: a strip of quotes beside a story has neither."""
    names = (symbol, shown, _LEGAL.sub("", shown), _BRACKETED.sub("", shown))
    return any(_has(text, name.strip(" ,.")) for name in dict.fromkeys(names))


def _has(text: str, name: str) -> bool:
    at = text.find(name) if len(name) > 1 else -1
    for _ in range(_MOST_LOOKS):
        if at < 0:
            break
        before, after = text[at - 1 : at] if at else "", text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = text.find(name, at + 1)
    return False


@functools.lru_cache(maxsize=4096)  # the strip of quotes that an outlet has on each of its pages
def _address(href: str) -> tuple[str, str | None] | None:
    """(symbol as written, exchange) in an address; None where it is no quote page's."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    for key, value in parse_qsl(parts.query):
        if key.lower() in _KEYS or (key == "s" and _OF_YAHOO.search(parts.netloc)):
            return _pair(value)
    match = _PATH.search(unquote(parts.path).rstrip("/"))
    found = _of_path([s for s in match[1].split("/") if s.lower() not in _TAILS]) if match else None
    # A bare number is somebody's key for a company; where it is a symbol, an exchange goes with it.
    return None if found and found[0].isdigit() and not found[1] else found


def _of_path(segments: list[str]) -> tuple[str, str | None] | None:
    if not segments or len(segments) > 3:
        return None
    *before, last = segments
    named = [of_mic(segment) for segment in before]
    if any(name is None and len(segment) != 2 for name, segment in zip(named, before, strict=True)):
        return None  # /quote/index/…, /quote/crypto/…
    found = _pair(last)
    return (found[0], found[1] or next(filter(None, reversed(named)), None)) if found else None


def _pair(value: str) -> tuple[str, str | None] | None:
    """Of `NASDAQ:AAPL`, `AAPL:NASDAQ`, `AAPL:US`, `NASDAQ-AAPL` or `AAPL`, the symbol and the exchange."""
    one, colon, other = value.strip().partition(":")
    if not colon and (exchange := of_mic(value.partition("-")[0])):
        one, colon, other = exchange, ":", value.partition("-")[2]
    if not colon:
        return (one, None) if _SYMBOL.fullmatch(one) else None
    if exchange := of_mic(one):
        return (other, exchange) if _SYMBOL.fullmatch(other) else None
    return (one, of_mic(other) or other.upper()) if _SYMBOL.fullmatch(one) and other.isalpha() else None
