"""Rows of `articles` as documents of the index, and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from tantivy import Document

from broadtape.archive.delta.schema import TABLES, article_of
from broadtape.article import Article
from broadtape.article.time_to_go_by import time_to_go_by
from broadtape.corpus.fulltext.analysis import CJK, field_of, has_cjk, pre_tokenized
from broadtape.corpus.fulltext.index_status import FOREVER, Key, Standing, standings
from broadtape.corpus.fulltext.schema import COUNTED, NUMBER, article_number

__all__ = ["COLUMNS", "documents", "micros", "moment", "unpack"]

COLUMNS = tuple(name for name in Article.columns() if name in TABLES["articles"].schema)
"""What the index keeps of a row: all that a reader gets."""
_MOMENTS = tuple(name for name in COLUMNS if isinstance(TABLES["articles"].schema[name], pl.Datetime))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """`moment` in microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """The time so many microseconds after 1970 began, UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def documents(rows: pl.DataFrame) -> Iterator[Document]:
    """The documents of articles of which `rows` holds every row, one for each that is not a repetition."""
    for _, held in rows.select(COLUMNS).group_by("article_id"):
        by_key = {_key(row): row for row in held.iter_rows(named=True)}
        for key, standing in standings(by_key).items():
            yield _document(by_key[key], standing)


def unpack(document: Document, archived_by: datetime | None) -> Article:
    """The article in a document, with the number of its revision as the archive told it then; None means now."""
    data: bytes = document.get_first("row")  # type: ignore[assignment]
    row = json.loads(zlib.decompress(data))
    earlier = row.pop("earlier")
    for name in _MOMENTS:
        if row.get(name) is not None:
            row[name] = moment(row[name])
    bound = FOREVER if archived_by is None else micros(archived_by)
    return article_of(row | {"revision": 1 + sum(first <= bound for first in earlier)})


def _key(row: Mapping[str, Any]) -> Key:
    return Key(micros(row["fetched_at"]), micros(row["archived_at"]), row["extractor"])


def _document(row: dict[str, Any], standing: Standing) -> Document:
    document = Document()
    kind = field_of(row["language"])
    for field in ("title", "text"):
        if text := row[field]:
            document.add_text(f"{field}_{kind}", text)
            if has_cjk(text):
                document.add_pre_tokenized_text(f"{field}_{CJK}", pre_tokenized(text))
    _add_names(document, row, standing)
    times = {name: row[name] for name in ("published_at", "fetched_at", "archived_at")}
    known = time_to_go_by(row["published_at"], row["first_listed_at"], row["fetched_at"])
    times["dated_at"] = known and known[0]
    for name, at in times.items():
        if at is not None:
            document.add_integer(name, micros(at))
    for name in ("current_until", "edition_until", "world_until"):
        document.add_integer(name, getattr(standing, name))
    document.add_integer(NUMBER, article_number(row["article_id"]))
    document.add_bytes("row", _packed(row, standing))
    return document


def _add_names(document: Document, row: Mapping[str, Any], standing: Standing) -> None:
    names = [("article_id", row["article_id"]), ("site", row["site"]), ("language", row["language"])]
    names += [("standing", standing.name), ("section", (row["section"] or "").lower())]
    names += [(COUNTED["section"], row["section"])]
    names += [("undated", "yes")] if row["published_at"] is None else []
    names += [("author", author) for author in row["authors"] or ()]
    for ticker in row["tickers"] or ():
        names += [("ticker", ticker["symbol"]), (COUNTED["ticker"], ticker["symbol"])]
        names += [("ticker", f"{ticker['exchange']}:{ticker['symbol']}")] if ticker["exchange"] else []
    for name, value in names:
        if value:
            document.add_text(name, value)


def _packed(row: Mapping[str, Any], standing: Standing) -> bytes:
    kept = {name: value for name, value in row.items() if value is not None}
    for name in _MOMENTS:
        if name in kept:
            kept[name] = micros(kept[name])
    kept["earlier"] = standing.earlier
    return zlib.compress(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode())
