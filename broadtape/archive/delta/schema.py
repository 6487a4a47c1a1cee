"""The tables' columns, and rows to and from `Article` and `Capture`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

import polars as pl

from broadtape.article import Article, Column
from broadtape.capture import Capture
from broadtape.times import utc

__all__ = [
    "TABLES",
    "TableName",
    "TableSpec",
    "article_frame",
    "article_of",
    "article_schema",
    "capture_frame",
    "capture_of",
    "month_of",
]

TableName = Literal["articles", "captures", "decisions"]

_TIME = pl.Datetime("us", "UTC")
_Columns = dict[str, pl.DataType | type[pl.DataType]]

_PLAIN: dict[Any, pl.DataType | type[pl.DataType]] = {
    str: pl.String, bool: pl.Boolean, int: pl.Int64, bytes: pl.Binary, datetime: _TIME,
}  # fmt: skip


def article_schema(article: type[Article]) -> pl.Schema:
    """The columns of `articles`, from the fields of Article, and the partition."""
    hints = get_type_hints(article)
    told = {f.name: f.metadata.get("column", Column()) for f in fields(article)}
    kinds = {name: pl.Int32 if column.small else _kind(hints[name]) for name, column in told.items() if column.stored}
    return pl.Schema({**kinds, "fetched_month": pl.String})


def _kind(hint: Any) -> pl.DataType | type[pl.DataType]:
    """The column's type for a field's; None is a value of each."""
    if is_dataclass(hint):
        return pl.Struct({name: _kind(part) for name, part in get_type_hints(hint).items()})
    if get_origin(hint) is Literal:
        return pl.String
    if get_origin(hint) is tuple:
        return pl.List(_kind(get_args(hint)[0]))
    if hint in _PLAIN:
        return _PLAIN[hint]
    (known,) = (part for part in get_args(hint) if part is not type(None))
    return _kind(known)


_CAPTURES: _Columns = {
    "site": pl.String,
    "run": pl.String,
    "outcome": pl.String,
    "recorded_at": _TIME,
    "url": pl.String,
    "url_id": pl.Int64,
    "final_url": pl.String,
    "article_id": pl.String,
    "reason": pl.String,
    "status": pl.Int32,
    "via": pl.String,
    "listed_in": pl.String,
    "first_listed_at": _TIME,
    "listed_modified_at": _TIME,
    "published_at": _TIME,
    "fetched_at": _TIME,
    "etag": pl.String,
    "last_modified": pl.String,
    "payload_sha256": pl.String,
    "access": pl.String,
    "rights": pl.String,
    "rights_checked_at": _TIME,
    "source": pl.String,
    "detail": pl.String,
    "warc_file": pl.String,
    "warc_offset": pl.Int64,
    "warc_length": pl.Int64,
}

_DECISIONS: _Columns = {
    "decided_at": _TIME,
    "decision": pl.String,  # forget, undo, release, reject
    "url_id": pl.Int64,
    "article_id": pl.String,
    "site": pl.String,
    "reason": pl.String,
    "detail": pl.String,  # JSON
}


ARTICLES, CAPTURES, DECISIONS = article_schema(Article), pl.Schema(_CAPTURES), pl.Schema(_DECISIONS)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """How a table is laid out. `statistics` are the columns whose ranges may stand in Delta's log: ids and times only,
    since the log must not keep what the table forgot."""

    name: TableName
    schema: pl.Schema
    statistics: tuple[str, ...]
    order: tuple[str, ...]
    """What compaction sorts by."""
    row_group: int
    """Rows read together at the least."""
    partition: str | None = None


TABLES: Mapping[TableName, TableSpec] = {
    "articles": TableSpec(
        "articles",
        ARTICLES,
        statistics=("site", "published_at", "fetched_at", "archived_at"),
        order=("site", "fetched_at"),
        row_group=2_000,
        partition="fetched_month",
    ),
    "captures": TableSpec(
        "captures",
        CAPTURES,
        statistics=("site", "url_id", "recorded_at", "published_at", "fetched_at"),
        order=("site", "url_id", "recorded_at"),
        row_group=10_000,
    ),
    "decisions": TableSpec(
        "decisions",
        DECISIONS,
        statistics=("url_id", "article_id", "site", "decided_at"),
        order=("decided_at",),
        row_group=10_000,
    ),
}

_ARTICLE_FIELDS = tuple(f.name for f in fields(Article) if f.name in ARTICLES)
_CAPTURE_FIELDS = Capture.columns()


def _maker(hint: Any) -> Callable[[Iterable[Any]], tuple[Any, ...]]:
    """What makes a tuple of the values of a list column."""
    part: Any = get_args(hint)[0]
    if not is_dataclass(part):
        return tuple
    make = cast(Callable[..., Any], part)
    return lambda values: tuple(make(**each) for each in values)


_MAKERS = {name: _maker(hint) for name, hint in get_type_hints(Article).items() if get_origin(hint) is tuple}


def month_of(moment: datetime) -> str:
    """The partition of an article fetched at `moment` (UTC), such as `2026-11`."""
    return f"{utc(moment):%Y-%m}"


def article_frame(articles: Sequence[Article], archived_at: datetime) -> pl.DataFrame:
    """Articles as rows of the table, stamped; each needs the fields that the archive keys it by."""
    rows = [_article_row(article, archived_at) for article in articles]
    return pl.DataFrame(rows, schema=ARTICLES, orient="row")


def capture_frame(captures: Sequence[Capture], recorded_at: datetime) -> pl.DataFrame:
    """Ledger rows, stamped."""
    rows = [{name: getattr(row, name) for name in _CAPTURE_FIELDS} | {"recorded_at": recorded_at} for row in captures]
    return pl.DataFrame(rows, schema=CAPTURES, orient="row")


def article_of(row: Mapping[str, Any]) -> Article:
    """The article in a row of the table, or in a part of one: columns that are not there stay at their default."""
    values: dict[str, Any] = {
        name: _MAKERS[name](row[name]) if name in _MAKERS else row[name]
        for name in _ARTICLE_FIELDS
        if name in row and row[name] is not None
    }
    if row.get("revision") is not None:
        values["revision"] = row["revision"]
    return Article(**values)


def capture_of(row: Mapping[str, Any]) -> Capture:
    """The ledger row as a `Capture`."""
    return Capture(**{name: row[name] for name in _CAPTURE_FIELDS if name in row})


def _article_row(article: Article, archived_at: datetime) -> dict[str, Any]:
    if article.article_id is None or article.site is None or article.fetched_at is None or article.extractor is None:
        raise ValueError(f"{article.url}: an archived article needs article_id, site, fetched_at and extractor")
    row = {**article.as_dict(), "minhash": article.minhash, "archived_at": archived_at}
    row["fetched_month"] = month_of(article.fetched_at)
    return {name: row[name] for name in ARTICLES}
