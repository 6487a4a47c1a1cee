"""What came of the addresses that somebody had fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from broadtape.archive import Archive
from broadtape.urls.address_match import AddressMatch

__all__ = ["outcomes"]

_WORDS = {
    "archived": "archived",
    "unchanged": "fetched, and nothing is new",
    "skipped": "not fetched, or not kept",
    "not_article": "no article",
    "quarantined": "held back",
    "failed": "could not be fetched",
    "gone": "gone",
}
_GOOD = {"archived", "unchanged"}


def outcomes(archive: Archive, run: str, urls: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Each address, what the ledger says that this run found there, and whether its text is in the archive."""
    matches = {url: AddressMatch(url) for url in urls}
    numbers = sorted({number for match in matches.values() for number in match.numbers})
    rows = archive.tables["captures"].read(
        lambda rows: rows.filter(pl.col("run") == run, pl.col("url_id").is_in(numbers)).sort("recorded_at")
    )
    for url, match in matches.items():
        found = [row for row in rows.iter_rows(named=True) if match.says(row["url"], row["url_id"])]
        if not found:
            yield url, "nothing came of it: the run ended before, or its outlet was left out", False
            continue
        last = found[-1]
        said = _WORDS.get(last["outcome"], last["outcome"])
        yield url, f"{said}: {last['reason']}" if last["reason"] else said, last["outcome"] in _GOOD
