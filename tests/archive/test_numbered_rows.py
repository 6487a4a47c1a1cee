"""An address's rows in the ledger, wherever they stand."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from archive_samples import DATE

from broadtape.archive import TABLES, Archive
from broadtape.archive.delta import numbered_rows
from broadtape.archive.delta.commits import append

WANTED = (7, -3, 2**40)
ROWS = 12_000
"""More than a row group."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Three files: large ones ordered by outlet, where two of the numbers stand several times, and one without any."""
    chance = random.Random(5)
    archive = Archive.open(str(tmp_path_factory.mktemp("news") / "archive"), create=True)
    schema = TABLES["captures"].schema
    for file in range(3):
        numbers = [chance.randrange(-(2**62), 2**62) for _ in range(ROWS)]
        if file < 2:
            numbers[10:12], numbers[5_000], numbers[ROWS - 1] = [7, 7], -3, 7
        rows = pl.DataFrame({"url_id": numbers}).with_row_index("row").with_columns(
            pl.format("outlet-{}", pl.col("row") // 1_000).alias("site"),
            (pl.lit(DATE) + timedelta(minutes=file) + pl.duration(microseconds=pl.col("row"))).alias("recorded_at"),
        )  # fmt: skip
        rows = rows.sort("site", "url_id").drop("row")
        missing = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in rows.columns]
        append(archive.tables["captures"], rows.with_columns(missing).select(schema.names()).cast(dict(schema)))
    return archive


@pytest.mark.parametrize("large", [0, 2**60])
def test_every_row_of_an_address_is_found_however_large_the_file(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(numbered_rows, "LARGE", large)
    version = archive.tables["captures"].version()
    found = archive.ledger.numbered(WANTED, version).collect()
    expected = archive.tables["captures"].scan(version=version).filter(pl.col("url_id").is_in(WANTED)).collect()
    assert expected.height == 8
    assert found.sort("recorded_at").equals(expected.sort("recorded_at"))
    assert archive.ledger.numbered([], version).collect().is_empty()


def test_a_ledger_without_rows_has_none_of_an_address(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    assert archive.ledger.numbered(WANTED, archive.tables["captures"].version()).collect().is_empty()
