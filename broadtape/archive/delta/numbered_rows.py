"""Rows by a number that may stand anywhere in a large file: the numbers are read alone, then the rows they stand in.

The ledger is ordered by outlet first, so that nearly each row group may hold an address's number, and of each that may
an engine fetches every column that is asked for before it looks. Of a million rows that were 27 MB for one address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from broadtape.archive.delta.rewrite import DataFile
from broadtape.archive.delta.tables import Table

__all__ = ["numbered"]

LARGE = 8 * 2**20
"""Bytes of a file from which on it is read twice, which takes two more requests; some 14 row groups of the ledger."""


def numbered(table: Table, files: Sequence[DataFile], column: str, numbers: Collection[int]) -> pl.LazyFrame:
    """The rows of these files of `table` in whose `column`, which has statistics, one of `numbers` stands."""
    near = [file for file in files if _may_hold(file, column, numbers)]
    large = [file.path for file in near if file.size >= LARGE]
    asked = pl.col(column).is_in(sorted(numbers))
    every = [table.scan_files([path], place="place").filter(asked).select("place") for path in large]
    found = [table.scan_files([file.path for file in near if file.size < LARGE])]
    for path, places in zip(large, pl.collect_all(every), strict=True):
        found += [table.scan_files([path]).slice(first, count) for first, count in _stretches(places["place"].sort())]
    return pl.concat(found).filter(asked)


def _may_hold(file: DataFile, column: str, numbers: Collection[int]) -> bool:
    low, high = file.told.get(f"min.{column}"), file.told.get(f"max.{column}")
    return low is None or high is None or any(low <= number <= high for number in numbers)


def _stretches(places: pl.Series) -> Iterator[tuple[int, int]]:
    """First place and length of each run of neighbours: an address's rows lie together, one run for each outlet."""
    starts = [0, *(place for place in range(1, places.len()) if places[place] - places[place - 1] > 1)]
    for start, end in zip(starts, [*starts[1:], places.len()], strict=True):
        if end > start:
            yield places[start], end - start
