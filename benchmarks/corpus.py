"""A synthetic archive of any size: invented words with the skew of real ones, forty outlets, two years, 3 % revised,
some 7 % press releases that up to ten outlets ran, a few texts in other languages than English.

    python -m benchmarks.corpus FOLDER [--articles 1000000]

It is made once and kept: a folder that holds one of that size is left as it is. Texts are put together from a pool of
sentences, so that they are quick to make; they compress better than real ones, for both sides of a comparison.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from broadtape.archive import TABLES, Archive
from broadtape.archive.delta.commits import append
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import SegmentWriter, read_segment
from broadtape.capture import Note
from broadtape.corpus.fulltext import update_index
from broadtape.urls import article_id, url_id

__all__ = ["END", "START", "build"]

START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
OUTLETS, TICKERS, PAGES = 40, 3_000, 100
REVISED = 0.03
RELEASED, COPIES = 0.012, 9
"""How many stories are press releases, and at how many other outlets at the most they run."""
LANGUAGES = (*["en"] * 17, "de", "fr", None)
"""Of the texts, whose words are nobody's."""
_SENTENCES, _VOCABULARY = 20_000, 40_000


@dataclass(frozen=True, slots=True)
class _Pools:
    words: list[str]
    sentences: list[str]
    outlets: list[str]
    tickers: list[str]


def build(folder: Path, articles: int) -> Archive:
    """The archive of so many articles in `folder`, compacted and indexed."""
    done = folder / f"made-{articles}"
    if done.exists():
        return Archive.open(str(folder / "archive"))
    archive = Archive.open(str(folder / "archive"), create=True)
    pools, places = _pools(), _pages(archive, folder)
    for month in _months():
        # By outlet and time, as compaction leaves them.
        rows = sorted(_month(month, articles, pools, places), key=lambda row: (row["site"], row["fetched_at"]))
        append(archive.tables["articles"], _frame("articles", rows))
        append(archive.tables["captures"], _frame("captures", [_capture(row) for row in rows]))
        print(f"{month:%Y-%m}: {len(rows):,} rows", flush=True)
    maintain(archive, run="benchmark")
    update_index(archive, run="benchmark", progress=_tell)
    done.touch()
    return archive


def _months() -> list[datetime]:
    return [datetime(START.year + n // 12, n % 12 + 1, 1, tzinfo=UTC) for n in range(24)]


def _pools() -> _Pools:
    chance = random.Random(1)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "on")]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(_VOCABULARY)]
    weights = [1 / (rank + 2) for rank in range(_VOCABULARY)]
    sentences = [
        " ".join(chance.choices(words, weights, k=chance.randint(8, 30))).capitalize() + "." for _ in range(_SENTENCES)
    ]
    symbols = [f"{words[n][:3]}{n % 10}".upper() for n in range(TICKERS)]
    return _Pools(words, sentences, [f"outlet-{n:02d}" for n in range(OUTLETS)], symbols)


def _month(month: datetime, articles: int, pools: _Pools, places: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    chance = random.Random(month.isoformat())
    count = articles // 24
    seconds = int((END - START).total_seconds() // 24)
    outlets = chance.choices(pools.outlets, [1 / (rank + 3) for rank in range(OUTLETS)], k=count)
    times = [month + timedelta(seconds=chance.random() * seconds * 0.98) for _ in range(count)]
    for number, (site, fetched) in enumerate(zip(outlets, times, strict=True)):
        row = _row(site, fetched, f"{month:%y%m}{number:07d}", chance, pools, places)
        yield row
        if chance.random() < RELEASED:
            yield from _copies(row, chance, pools)
        if chance.random() < REVISED:
            later = fetched + timedelta(hours=chance.random() * 48)
            yield row | _stamps(later) | {"text": f"{row['text']}\n\n{chance.choice(pools.sentences)}"}


def _row(
    site: str, fetched: datetime, number: str, chance: random.Random, pools: _Pools, places: list[dict[str, Any]]
) -> dict[str, Any]:
    url = f"https://www.{site}.example/markets/{number}-{chance.choice(pools.words)}"
    sentences = chance.choices(pools.sentences, k=chance.randint(10, 50))
    symbol = pools.tickers[min(int(chance.expovariate(0.004)), TICKERS - 1)]
    text = "\n\n".join(" ".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3))
    return {
        "article_id": article_id(site, url),
        "site": site,
        "url": url,
        "title": " ".join(chance.choices(pools.words[:5000], k=9)).capitalize(),
        "text": text,
        "authors": [chance.choice(pools.words).capitalize()],
        "published_at": fetched - timedelta(minutes=chance.random() * 60),
        "language": chance.choice(LANGUAGES),
        "section": chance.choice(["Markets", "Economy", "Companies"]),
        "tickers": [{"symbol": symbol, "exchange": "NYSE", "evidence": "text"}],
        "word_count": text.count(" ") + 1,
        "rights": "allowed",
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "minhash": chance.randbytes(256),
        "extractor": "benchmark/1",
        "source": "crawl",
        **_stamps(fetched),
        **chance.choice(places),
    }


def _copies(row: dict[str, Any], chance: random.Random, pools: _Pools) -> Iterator[dict[str, Any]]:
    """The same text at other outlets within the day, each with some words of its own."""
    for site in chance.sample([each for each in pools.outlets if each != row["site"]], chance.randint(1, COPIES)):
        url = row["url"].replace(row["site"], site)
        later = row["fetched_at"] + timedelta(hours=chance.random() * 24)
        text = f"{row['text']} {chance.choice(pools.sentences)}"
        own = {"site": site, "url": url, "article_id": article_id(site, url), "text": text}
        yield row | _stamps(later) | own | {"minhash": row["minhash"][:200] + chance.randbytes(56)}


def _stamps(fetched: datetime) -> dict[str, Any]:
    return {"fetched_at": fetched, "archived_at": fetched + timedelta(minutes=5), "fetched_month": f"{fetched:%Y-%m}"}


def _capture(row: dict[str, Any]) -> dict[str, Any]:
    known = {name: row[name] for name in ("site", "url", "article_id", "published_at", "fetched_at")}
    return known | {"run": "r", "outcome": "archived", "url_id": url_id(row["url"]), "recorded_at": row["archived_at"]}


def _pages(archive: Archive, folder: Path) -> list[dict[str, Any]]:
    """Pages of some 100 KB in one segment; every article points at one of them."""
    chance, closed = random.Random(2), list[Path]()
    segment = SegmentWriter(
        folder / "spool",
        site="outlet-00",
        run="r",
        info={},
        max_bytes=10**9,
        max_seconds=10**9,
        on_closed=closed.append,
    )
    for number in range(PAGES):
        url = f"https://www.outlet-00.example/{number}"
        note = Note(event="fetch", site="outlet-00", run="r", url=url)
        body = chance.randbytes(25_000).hex().encode() * 2
        segment.response(url=url, status=200, reason="OK", headers=[], body=body, date=START, note=note)
    segment.close()
    key = closed[0].relative_to(folder / "spool").as_posix()
    archive.put_segment(closed[0], SegmentKey.parse(key))
    pages = [record for record in read_segment(closed[0]) if record.type == "response"]
    return [{"warc_file": key, "warc_offset": page.offset, "warc_length": page.length} for page in pages]


def _frame(table: Any, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = TABLES[table].schema
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def _tell(done: int, total: int) -> None:
    if done % 100_000 < 10_000:
        print(f"indexed {done:,} of {total:,}", flush=True)


def main() -> None:
    """Builds it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1_000_000)
    options = parser.parse_args()
    print(build(options.folder, options.articles).uri)


if __name__ == "__main__":
    main()
