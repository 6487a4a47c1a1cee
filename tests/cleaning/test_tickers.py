"""Securities: each way in which a page states one, and what only looks like it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from broadtape.article import Ticker
from broadtape.cleaning import extract
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.page.head import read_head
from broadtape.cleaning.page.parse import parse
from broadtape.cleaning.securities.tickers import tickers_of
from broadtape.site import Site

FILLER = "".join(
    f"<p>Paragraph {n} of the story says what was said on day {n}, and by whom it was.</p>" for n in range(5)
)


def stated(body: str, head: str = "") -> list[str]:
    page = (
        f"<html><head><title>A headline</title>{head}</head><body><article><h1>A headline of the day</h1>{body}{FILLER}"
    )
    return [shown(ticker) for ticker in extract(page, "https://www.tapewire.example/a").tickers]


def shown(ticker: Ticker) -> str:
    return (
        f"{ticker.exchange}:{ticker.symbol} {ticker.evidence}"
        if ticker.exchange
        else f"{ticker.symbol} {ticker.evidence}"
    )


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Larch Freight (NASDAQ: LRCH) rose.", ["NASDAQ:LRCH"]),
        ("Larch Freight (Nasdaq:LRCH) rose.", ["NASDAQ:LRCH"]),
        ("Larch Freight (NYSE: LRCH.A, LRCH.B) rose.", ["NYSE:LRCH.A", "NYSE:LRCH.B"]),
        ("Larch (NYSE: A) and Elm (NYSE: T) rose.", ["NYSE:A", "NYSE:T"]),
        ("Larch (TSX: LRC; NYSE: LRCH) rose.", ["TSX:LRC", "NYSE:LRCH"]),
        ("Larch (TSX.V: LRC) (OTCQB: LRCHF) (FSE: 7LR1) rose.", ["TSX.V:LRC", "OTCQB:LRCHF", "FSE:7LR1"]),
        ("Larch (NYSE American: LRC) rose.", ["NYSE AMERICAN:LRC"]),
        ("Larch (Nasdaq Global Select Market: LRCH) rose.", ["NASDAQ:LRCH"]),
        ("Larch (Euronext Paris: LRC) fell.", ["EURONEXT PARIS:LRC"]),
        ("Elm (London Stock Exchange: ELM) rose.", ["LONDON STOCK EXCHANGE:ELM"]),
        ("Larch (NSE: LARCHFIN) (BSE: 500325) rose.", ["NSE:LARCHFIN", "BSE:500325"]),
        ("Larch (HKEX: 0700) rose.", ["HKEX:0700"]),
        ("Larch (LRCH.N) and Elm (ELMb.N) rose, Fir (FIRR.PA) fell.", ["NYSE:LRCH", "NYSE:ELM.B"]),
        ("落叶松(00700.HK)和(600519.SH)上涨。", ["HKEX:00700", "SSE:600519"]),
        ("落葉松（NYSE：LRCH）は上昇した。", ["NYSE:LRCH"]),
        ("Larch (ticker: LRCH) rose.", ["LRCH"]),
        ("Its shares are bought under the symbol “LRCH” on the NYSE.", ["NYSE:LRCH"]),
        ("NASDAQ: LRCH rose by noon.", ["NASDAQ:LRCH"]),
    ],
)  # fmt: skip
def test_in_the_text(text: str, symbols: list[str]) -> None:
    assert stated(f"<p>{text} It was the third day in a row, said the exchange in a note.</p>") == [
        f"{symbol} text" for symbol in symbols
    ]


@pytest.mark.parametrize(
    "text",
    [
        "On the NASDAQ: AI shares rose again.",
        "NYSE: CLOSED FOR THE DAY",
        "It cost $US 40, or $CAD 50, and $B were at stake.",
        "The ministry (SPD) and the bank (EZB) agreed at 12:30.",
        "Mr Apple said that Ford and Visa were good cars and cards.",
        "The ratio was 3:1 and the market closed at 4:00.",
        "The (U.S) and the (E.U) met.",
    ],
)
def test_what_is_no_symbol(text: str) -> None:
    assert stated(f"<p>{text} It was the third day in a row, said the exchange in a note.</p>") == []


SENTENCES = [
    line.split("\t")
    for line in (Path(__file__).parent / "ticker_sentences.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
NO_PAGE = read_head(Elements(parse("<html><body><p>A page.", "https://e.example/a").tree), "https://e.example/a")


@pytest.mark.parametrize(("sentence", "symbols"), SENTENCES)
def test_forms_in_use(sentence: str, symbols: str) -> None:
    # A share class stands behind a space in some countries, and is one letter.
    stated_so = set(re.findall(r"[^\s-]\S*(?: [A-D]\b)?", symbols))
    assert {ticker.symbol for ticker in tickers_of(sentence, NO_PAGE, ())} == stated_so


def test_a_line_of_symbols_above_the_story_counts_though_it_is_no_part_of_it() -> None:
    assert stated("<p>TSXV: LRC | OTCQB: LRCHF | FSE: 7LR</p>") == ["TSXV:LRC text", "OTCQB:LRCHF text", "FSE:7LR text"]


def test_cashtags() -> None:
    assert stated("<p>Traders were loud about $LRCH and $ELM.B, and paid $40 or $USD 50 for it in the end.</p>") == [
        "LRCH cashtag",
        "ELM.B cashtag",
    ]


@pytest.mark.parametrize(
    ("href", "shown", "symbol"),
    [
        ("/quote/LRCH", "LRCH", "LRCH"),
        ("/quote/NASDAQ:LRCH", "Larch Freight", "NASDAQ:LRCH"),
        ("/quote/LRCH:NASDAQ?hl=en", "Larch Freight", "NASDAQ:LRCH"),
        ("/quote/6758:JP", "Larch Freight", "JP:6758"),
        ("/quote/nasdaq/lrch/", "Larch Freight, Inc.", "NASDAQ:LRCH"),
        ("/stocks/xnys/lrch/quote", "Larch Freight", "NYSE:LRCH"),
        ("/symbols/NYSE-LRCH/", "Larch Freight", "NYSE:LRCH"),
        ("/market-activity/stocks/lrch", "LRCH", "LRCH"),
        ("/company/lrch", "(lrch)", "LRCH"),
        ("https://www.reuters.com/companies/LRCH.O", "Larch Freight", "NASDAQ:LRCH"),
        ("/quotes/?symbol=LRCH", "Larch Freight", "LRCH"),
        ("/nkd/company/?scode=8570", "Larch Freight", "8570"),
        ("https://finance.yahoo.com/q?s=LRCH", "Larch Freight", "LRCH"),
    ],
)
def test_links_to_quote_pages(href: str, shown: str, symbol: str) -> None:
    link = f'<p>Shares of Larch Freight, <a href="{href}">{shown}</a>, rose again on the third day in a row.</p>'
    assert stated(link) == [f"{symbol} link"]


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        ("/companies/larch/", "Larch Freight"),
        ("/quote/index/DJIA", "the index"),
        ("/quote/crypto/btc/", "the coin"),
        ("/markets/quote/.GSPTSE", "the index"),
        ("/stocks/how-to-buy-stock/", "how to buy a stock"),
        ("https://www.linkedin.com/company/10256858/", "Larch Freight"),
        ("http://[bad/quote/LRCH", "Larch Freight"),
    ],
)
def test_links_that_name_no_security(href: str, shown: str) -> None:
    assert stated(f'<p>Larch Freight, <a href="{href}">{shown}</a>, rose again on the third day in a row.</p>') == []


def test_a_strip_of_quotes_that_the_story_does_not_speak_of_is_none_of_its() -> None:
    strip = '<nav><a href="/quote/ELMX">ELMX 12.40</a> <a href="/quote/FIRR">Fir Corp.</a></nav>'
    assert stated(f"{strip}<p>Shares of Larch Freight rose for the third day in a row, said the exchange.</p>") == []


def test_elements_marked_with_a_symbol() -> None:
    marked = (
        '<p>Shares of <span data-symbol="LRCH" data-exchange="nyse">Larch Freight</span> rose on the third day.</p>'
    )
    assert stated(marked) == ["NYSE:LRCH link"]


@pytest.mark.parametrize(
    ("head", "symbols"),
    [
        ('<meta name="tickers" content="LRCH, ELM">', ["LRCH", "ELM"]),
        ('<meta name="tickers" content="Larch Freight(LRCH),Elm & Elm(T)">', ["LRCH", "T"]),
        ('<meta name="ticker" content="NYSE:LRCH">', ["NYSE:LRCH"]),
        ('<script type="application/ld+json">{"@type":"NewsArticle","headline":"A headline of the day","about":[{'
         '"@type":"Corporation","tickerSymbol":"NASDAQ LRCH"}],"mentions":{"tickerSymbol":"NYSE:ELM"}}</script>',
         ["NASDAQ:LRCH", "NYSE:ELM"]),
        ('<meta name="keywords" content="AI, IPO, LRCH">', []),
        ('<meta name="ticker" content="the market today">', []),
    ],
)  # fmt: skip
def test_metadata(head: str, symbols: list[str]) -> None:
    assert stated("<p>Shares rose for the third day in a row, as the exchange said.</p>", head) == [
        f"{symbol} meta" for symbol in symbols
    ]


def test_the_best_evidence_is_kept_and_the_exchange_added() -> None:
    link = '<p>Larch Freight (<a href="/quote/nasdaq/lrch/">LRCH</a>) rose, and $LRCH was on all lips, it said.</p>'
    assert stated(link) == ["NASDAQ:LRCH cashtag"]


def test_cashtags_in_the_title_that_is_shared() -> None:
    head = '<meta property="og:title" content="A headline of the day"><meta name="twitter:title" content="Up: $LRCH">'
    assert stated("<p>Shares rose for the third day in a row, as the exchange said.</p>", head) == ["LRCH meta"]


def test_what_an_outlets_selectors_find() -> None:
    site = Site(
        name="e", title="E", homepage="https://e.example/", hosts=("e.example",),
        selectors={"tickers": ["meta[name=news_keywords]", "[data-code]"]},
    )  # fmt: skip
    head = '<meta name="news_keywords" content="US:LRCH, EARNINGS, NFL, XE:ELM">'
    body = f'<article><h1>A headline</h1><p>Of <b data-code="1">FIRR</b> and <b data-code="2">Elm</b>.</p>{FILLER}'
    article = extract(f"<html><head>{head}</head><body>{body}", "https://e.example/a", site=site)
    assert [shown(ticker) for ticker in article.tickers] == ["US:LRCH link", "XE:ELM link", "FIRR link"]
