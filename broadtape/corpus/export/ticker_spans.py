"""Where a text names its securities: as offsets in characters, for who trains or marks up by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

__all__ = ["TICKER_SPANS", "ticker_spans", "with_ticker_spans"]

TICKER_SPANS = "ticker_spans"
"""The column: of each mention `symbol`, `exchange`, `start` and `end`, in characters (code points) of `text`."""

_TYPE = pl.List(pl.Struct({"symbol": pl.String, "exchange": pl.String, "start": pl.Int64, "end": pl.Int64}))
# What introduces a symbol: `(NASDAQ: FRRY)`, `NASDAQ:FRRY`, `$FRRY`, `(FRRY)`, `(NYSE: AB, NYSE: CD)`. A bare `ON` or
# `A` in running text is a word until something says otherwise.
_MENTION = re.compile(r"(?<=[$:(])[ \u00a0]?(?P<symbol>[A-Z0-9][A-Z0-9.\-/]{0,19})(?![A-Za-z0-9])")


def ticker_spans(text: str | None, tickers: Iterable[Mapping[str, Any]] | None) -> Iterator[dict[str, Any]]:
    """Each place where the text writes one of these symbols as one, in order; `text[start:end]` is the symbol."""
    known = {ticker["symbol"]: ticker["exchange"] for ticker in tickers or ()}
    if not text or not known:
        return
    for match in _MENTION.finditer(text):
        symbol, start = match["symbol"], match.start("symbol")
        found = symbol if symbol in known else symbol.rstrip(".-/")
        if found in known:
            yield {"symbol": found, "exchange": known[found], "start": start, "end": start + len(found)}


def with_ticker_spans(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, which hold `text` and `tickers`, with the column."""
    spans = [list(ticker_spans(text, tickers)) for text, tickers in rows.select("text", "tickers").iter_rows()]
    return rows.with_columns(pl.Series(TICKER_SPANS, spans, dtype=_TYPE))
