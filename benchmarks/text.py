"""Text quality and speed beside trafilatura's, in one run on the same pages.

    python -m benchmarks.text [--sets finance,general] [--every N] [--worst N]

Needs the real pages kept beside the checkout (`../shared/pages`, see there for where they come from). Every page is
cleaned by each contender in turn, so that a busy machine slows all of them alike; CPU seconds are counted, the least of
`--rounds`. Where `../shared/score` and its Python packages (numpy, nltk) are at hand, the texts are scored as well.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from broadtape.cleaning import extract, trafilatura_engine
from broadtape.errors import NotAnArticle
from broadtape.times import iso

SHARED = Path(__file__).resolve().parents[2] / "shared"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and what is known of it."""

    id: str
    url: str
    html: bytes


def samples(name: str, every: int) -> list[Sample]:
    """Every `every`-th page of a set."""
    folder = SHARED / "pages" / name
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()][::every]
    return [Sample(row["id"], row["url"], gzip.decompress((folder / row["html"]).read_bytes())) for row in rows]


def ours(sample: Sample) -> Row:
    """broadtape's article."""
    try:
        article = extract(sample.html, sample.url)
    except NotAnArticle as error:
        return {"text": "", "refused": str(error)}
    published = article.published_at and iso(article.published_at)
    if published and article.published_precision == "day":
        published = published[:10]
    return {"text": article.text, "title": article.title, "authors": list(article.authors), "published": published}


CONTENDERS: dict[str, Callable[[Sample], Row]] = {
    "broadtape": ours,
    "trafilatura, default, metadata": lambda sample: trafilatura_engine.alone(sample.html, sample.url, fast=False),
    "trafilatura, fast, metadata": lambda sample: trafilatura_engine.alone(sample.html, sample.url, fast=True),
}


def race(pages: Iterable[Sample], rounds: int) -> dict[str, list[Row]]:
    """What each contender makes of each page, and the CPU seconds it took."""
    rows: dict[str, list[Row]] = {name: [] for name in CONTENDERS}
    for page in pages:
        for name, run in CONTENDERS.items():
            seconds = []
            for _ in range(rounds):
                start = time.process_time()
                row = run(page)
                seconds.append(time.process_time() - start)
            rows[name].append({"id": page.id, "seconds": min(seconds), **row})
    return rows


def score(name: str, rows: list[Row], every: int, worst: int) -> tuple[Row, str]:
    """The figures of `../shared/score/score.py`, and its list of the worst pages; empty where it cannot run."""
    script = SHARED / "score" / "score.py"
    if not script.is_file() or not all(map(importlib.util.find_spec, ("numpy", "nltk"))):
        return {}, ""
    with tempfile.TemporaryDirectory() as folder:
        truth, found = Path(folder, "truth.jsonl"), Path(folder, "found.jsonl")
        lines = (SHARED / "pages" / name / "truth.jsonl").read_text("utf-8").splitlines()[::every]
        truth.write_text("\n".join(lines) + "\n", "utf-8")
        found.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        told = subprocess.run(
            [sys.executable, str(script), str(truth), str(found), "--json", "--worst", str(worst)],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    figures, _, rest = told.partition("\n")
    return json.loads(figures), rest


def table(name: str, rows: dict[str, list[Row]], every: int, worst: int) -> tuple[Table, str]:
    """The set's table: quality where it can be scored, speed, and the ratio to trafilatura's default."""
    shown = Table(title=f"{name}: {len(next(iter(rows.values())))} pages")
    columns = ("F1", "precision", "recall", "title", "day", "minute", "authors", "pages/CPU s", "ms, median", "ratio")
    shown.add_column("")
    for column in columns:
        shown.add_column(column, justify="right")
    rates = {c: len(found) / sum(row["seconds"] for row in found) for c, found in rows.items()}
    base = rates["trafilatura, default, metadata"]
    listed = ""
    for contender, found in rows.items():
        figures, tail = score(name, found, every, worst if contender == "broadtape" else 0)
        listed += tail
        quality = [f"{figures[k]:.1f}" if k in figures else "–" for k in ("f1", *columns[1:7])]
        median = 1000 * statistics.median(row["seconds"] for row in found)
        shown.add_row(contender, *quality, f"{rates[contender]:.1f}", f"{median:.1f}", f"{rates[contender] / base:.2f}")
    return shown, listed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default="finance,general")
    parser.add_argument("--every", type=int, default=1, help="take every Nth page")
    parser.add_argument("--rounds", type=int, default=2, help="clean each page so often; the fastest counts")
    parser.add_argument("--worst", type=int, default=10, help="list the pages with the lowest F1")
    options = parser.parse_args()
    if not (SHARED / "pages").is_dir():
        raise SystemExit(f"The pages to measure on are not there: {SHARED / 'pages'}.")
    logging.disable(logging.ERROR)
    console = Console(width=150)
    for name in options.sets.split(","):
        pages = samples(name, options.every)
        for warm in pages[:3]:
            race([warm], 1)
        shown, listed = table(name, race(pages, options.rounds), options.every, options.worst)
        console.print(shown)
        console.print(listed or "Not scored: ../shared/score with numpy and nltk is not at hand.", highlight=False)


if __name__ == "__main__":
    main()
