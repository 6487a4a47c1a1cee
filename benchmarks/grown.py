"""An archive of so many ledger rows, for `benchmarks.growth`: an outlet's hours, months after months, as upkeep leaves
them.

Rows are made by columns and appended month by month by the archive's own writer; after each month the tables are
compacted, so that files are as large, as sorted and as many as years of daily upkeep leave them. Of eight rows of the
ledger three are looks at an outlet, three are stories, one is a second look at a story and one was listed and left out.
Segments are there by name alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl

from broadtape.archive import TABLES, Archive
from broadtape.archive.delta.commits import append
from broadtape.archive.delta.schema import TableName
from broadtape.archive.lifecycle.compaction import compact

__all__ = ["END", "OUTLETS", "ROWS_A_DAY", "add_rows", "grown"]

END = datetime(2026, 11, 1, tzinfo=UTC)
OUTLETS = 40
ROWS_A_DAY = 2_000
_DIGITS = pl.Series([f"{n:04x}" for n in range(2**16)])
_KINDS = 8
_STORIES = (3, 4, 5)
_AGAIN, _LEFT_OUT = 6, 7
_ALIKE = 10
"""Of so many stories one has the text of the story before it."""


def grown(folder: Path, rows: int) -> Archive:
    """The archive with so many ledger rows up to END, made anew where it is not there."""
    done, uri = folder / f"made-{rows}", str(folder / f"archive-{rows}")
    if done.exists():
        return Archive.open(uri)
    archive = Archive.open(uri, create=True)
    for first, last in pairwise([*range(0, rows, 30 * ROWS_A_DAY), rows]):
        add_rows(archive, first, last, rows)
        for table in archive.tables.values():
            compact(table)
        _clear(archive)
    _segments(Path(uri), rows)
    done.touch()
    return archive


def add_rows(archive: Archive, first: int, last: int, total: int) -> None:
    """The ledger's rows of these numbers, and their articles, in one commit each. Row `total` is at END."""
    ledger = _ledger(first, last, total)
    append(archive.tables["articles"], _articles(ledger))
    append(archive.tables["captures"], _as(ledger, "captures"))


def _ledger(first: int, last: int, total: int) -> pl.DataFrame:
    """Rows by number, with columns that both tables are made of."""
    number, kind = pl.col("number"), pl.col("number") % _KINDS
    story = kind.is_in(_STORIES)
    of_page = kind >= _STORIES[0]
    # A second look is at the story five rows before it.
    about = pl.when(kind == _AGAIN).then(number - (_AGAIN - _STORIES[0])).otherwise(number)
    at = pl.lit(END) - pl.duration(microseconds=(total - number) * (86_400_000_000 // ROWS_A_DAY))
    site = pl.format("outlet-{}", (number // _KINDS % OUTLETS).cast(pl.String).str.zfill(2))
    outcomes = pl.when(story).then(pl.lit("archived")).when(kind == _AGAIN).then(pl.lit("unchanged"))
    named = pl.DataFrame({"number": pl.int_range(first, last, eager=True)}).with_columns(
        site=site,
        about=about,
        run=at.dt.strftime("%Y%m%dT%H0000Z-abcdef"),
        fetched_at=at.cast(pl.Datetime("us", "UTC")),
        outcome=outcomes.when(of_page).then(pl.lit("skipped")).otherwise(pl.lit("polled")),
        is_story=story,
    )
    address = pl.format(
        "https://www.{}.example/markets/2026/{}-shares-of-a-company-rise",
        pl.col("site"),
        pl.col("about").cast(pl.String).str.zfill(9),
    )
    paged = pl.when(pl.col("outcome") != "polled")
    identity = pl.col("about").hash(seed=1)
    digest = pl.concat_str(*(_hex(pl.col("about").hash(seed=n)) for n in range(2, 6)))
    return named.with_columns(
        recorded_at=pl.col("fetched_at") + timedelta(seconds=60),
        url=paged.then(address),
        url_id=paged.then(identity.reinterpret(signed=True)),
        article_id=pl.when(pl.col("outcome").is_in(["archived", "unchanged"])).then(
            pl.concat_str(_hex(identity), _hex(pl.col("about").hash(seed=9)))
        ),
        reason=pl.when(pl.col("outcome") == "skipped").then(pl.lit("over budget")),
        via=paged.then(pl.lit("feed")),
        published_at=paged.then(pl.col("fetched_at") - timedelta(minutes=20)),
        first_listed_at=paged.then(pl.col("fetched_at") - timedelta(minutes=5)),
        payload_sha256=paged.then(digest),
        detail=pl.when(pl.col("outcome") == "polled").then(
            pl.lit('{"listed": 30, "listings": [{"url": "https://www.outlet.example/feed", "status": 200}]}')
        ),
        warc_file=pl.format("raw/site={}/date={}/{}-0001.warc.gz", "site", pl.col("fetched_at").dt.date(), "run"),
        warc_offset=pl.col("number") % 1000 * 30_000,
        warc_length=pl.lit(30_000),
        extractor=pl.lit("broadtape-0.2.0/552655cd"),
        source=pl.lit("crawl"),
    )


def _articles(ledger: pl.DataFrame) -> pl.DataFrame:
    number = pl.col("number")
    alike = number - (number % (_KINDS * _ALIKE) == _STORIES[1]).cast(pl.Int64)
    values = pl.concat_str(*(_hex(alike.hash(seed=100 + n)) for n in range(32))).str.decode("hex")
    made = ledger.filter("is_story").with_columns(
        title=pl.format("Shares of company {} rise", number),
        text=pl.format("Shares of company {} rose by a percent.\n\nAnalysts had expected {}.", number, number % 97),
        language=pl.lit("en"),
        archived_at=pl.col("recorded_at"),
        minhash=values,
        rights=pl.lit("allowed"),
        fetched_month=pl.col("fetched_at").dt.strftime("%Y-%m"),
    )
    return _as(made, "articles")


def _as(rows: pl.DataFrame, table: TableName) -> pl.DataFrame:
    """The columns of a table, in its types; those that are not made are null."""
    schema = TABLES[table].schema
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


def _hex(number: pl.Expr) -> pl.Expr:
    """Sixteen hex digits of a 64-bit number, by four and four: Polars formats no number as hex by itself."""
    parts = [(number // 2**shift % 2**16).cast(pl.UInt32) for shift in (48, 32, 16, 0)]
    return pl.concat_str(*(pl.lit(_DIGITS).gather(part) for part in parts))


def _clear(archive: Archive) -> None:
    """Removes what compaction replaced: nobody reads it, and the listing would hold what upkeep takes out."""
    for table in archive.tables.values():
        named = {table.prefix + path for path in table.paths(table.existing())}
        table.store.delete(
            [
                info.key
                for info in table.store.list(table.prefix)
                if info.key.endswith(".parquet") and "/_delta_log/" not in info.key and info.key not in named
            ]
        )


def _segments(folder: Path, rows: int) -> None:
    """A segment of each outlet and day, by name, as a listing finds them."""
    for day, site in _days(rows):
        at = folder / f"raw/site={site}/date={day:%Y-%m-%d}"
        at.mkdir(parents=True)
        (at / f"{day:%Y%m%d}T000000Z-abcdef-0001.warc.gz").touch()


def _days(rows: int) -> Iterator[tuple[datetime, str]]:
    for number in range(max(rows // ROWS_A_DAY, 1)):
        for site in range(OUTLETS):
            yield END - timedelta(days=number + 1), f"outlet-{site:02d}"
