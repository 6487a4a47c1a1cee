"""Reading, measured against DuckDB on the same Parquet files in the same run.

    python -m benchmarks.read [--articles 1000000] [--folder .benchmark] [--repeat 5] [--cpu] [--json FILE]

For each question the baseline is what somebody would write by hand who knows the archive's format and gets the same
answer: DuckDB over the list of data files. Times are the smallest of several, in milliseconds; the ratio says more than
either. What has no baseline is held against a goal. On a machine that others use as well, `--cpu` takes the CPU time of
all threads instead, which is that of a free machine where one thread works, as in a search.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.bench import Bench, Measured, cpu_seconds
from benchmarks.corpus import END, START, build
from benchmarks.search import searches
from broadtape.urls import article_id

_CURRENT = """
SELECT {columns} FROM (
  SELECT *, row_number() OVER (PARTITION BY article_id, fetched_at, extractor ORDER BY archived_at) AS copy
  FROM articles WHERE {visible}
) WHERE copy = 1
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY fetched_at DESC, archived_at DESC, extractor DESC) = 1
"""
_TEXTS = f"""
SELECT articles.* FROM articles
SEMI JOIN ({_CURRENT.replace("{columns}", "article_id, fetched_at, extractor, archived_at")}) AS current
USING (article_id, fetched_at, extractor, archived_at) WHERE {{within}}
"""


def main() -> None:
    """Measures and prints a table."""
    options = _options()
    archive = build(options.folder / f"{options.articles}", options.articles)
    bench = Bench(archive, options.repeat, cpu_seconds if options.cpu else time.perf_counter)
    found = [*_questions(bench), *searches(bench), *_commands(archive.uri, bench)]
    print(f"{options.articles:,} articles; DuckDB {duckdb.__version__}, Polars {pl.__version__}")
    print(f"{'':52} {'CPU ms' if options.cpu else 'ms':>9} {'by hand':>9} {'goal':>7} {'ratio':>6}")
    for each in found:
        hand = f"{each.baseline:9.1f}" if each.baseline else " " * 9
        goal = f"{each.goal:7.0f}" if each.goal else " " * 7
        print(f"{each.question:52} {each.ours:9.1f} {hand} {goal} {each.ratio:6.2f}")
    _memory(archive.uri)
    if options.json:
        options.json.write_text(json.dumps([asdict(each) | {"ratio": each.ratio} for each in found], indent=1))


def _questions(bench: Bench) -> list[Measured]:
    corpus, day, site = bench.corpus, START + timedelta(days=400), "outlet-07"
    end = day + timedelta(days=1)
    within = f"published_at >= '{day}' AND published_at < '{end}'"
    narrow = ["article_id", "site", "published_at", "fetched_at"]
    columns, as_of = ", ".join(narrow), START + timedelta(days=365)
    ticker = corpus.frame(columns=["tickers"], since=day, until=end).collect()["tickers"][0][0]["symbol"]
    named = f"list_contains(list_transform(tickers, lambda t: t.symbol), '{ticker}')"
    every, then = (_CURRENT.format(columns="{0}", visible=visible) for visible in ("true", f"archived_at <= '{as_of}'"))
    per_day = "SELECT site, published_at::DATE AS date, count(*) AS n FROM ({0}) GROUP BY ALL"
    return [
        bench.against(
            "one day, one outlet, with text",
            lambda: list(corpus.articles(site=site, since=day, until=end)),
            _TEXTS.format(visible=f"site = '{site}'", within=f"site = '{site}' AND {within}"),
        ),
        bench.against(
            "one day, all outlets, with text",
            lambda: corpus.frame(since=day, until=end).collect(),
            _TEXTS.format(visible="true", within=within),
        ),
        bench.against(
            "one ticker, all time, with text",
            lambda: corpus.frame(ticker=ticker).collect(),
            _TEXTS.format(visible="true", within=named),
        ),
        bench.against(
            "current view of everything, narrow",
            lambda: corpus.frame(columns=narrow).collect(),
            every.format(columns),
        ),
        bench.against(
            "as of a year ago, everything, narrow",
            lambda: corpus.frame(columns=narrow, as_of=as_of).collect(),
            then.format(columns),
        ),
        bench.against("articles per outlet and day", corpus.coverage, per_day.format(every.format(columns))),
        bench.against(
            "the same in our SQL",
            lambda: corpus.sql(per_day.format("FROM articles")),
            per_day.format(every.format(columns)),
        ),
        _look_up(bench),
        _raw(bench),
    ]


def _look_up(bench: Bench) -> Measured:
    urls = bench.corpus.sql("SELECT url FROM articles USING SAMPLE 20 ROWS")["url"].to_list()
    chance = random.Random(3)
    ours = bench.fastest(lambda: list(bench.corpus.articles(url=chance.choice(urls))))

    def by_hand() -> object:
        url = chance.choice(urls)
        name = article_id(url.split(".")[1], url)
        return bench.duck.sql(f"SELECT * FROM articles WHERE article_id = '{name}'").pl()

    return Measured("article by address", ours, bench.fastest(by_hand), goal=50)


def _raw(bench: Bench) -> Measured:
    import gzip

    article = next(iter(bench.corpus.articles(limit=1)))
    assert article.warc_file is not None
    assert article.warc_offset is not None
    path, start, length = Path(bench.corpus.uri, article.warc_file), article.warc_offset, article.warc_length

    def by_hand() -> bytes:
        with path.open("rb") as file:
            file.seek(start)
            return gzip.decompress(file.read(length))

    return Measured(
        "raw page", bench.fastest(lambda: bench.corpus.raw(article).content(), 50), bench.fastest(by_hand, 50)
    )


def _commands(uri: str, bench: Bench) -> list[Measured]:
    python = [sys.executable, "-c"]
    command = f"{sys.executable} -m broadtape"

    def timed(*call: str) -> float:
        return bench.fastest(lambda: subprocess.run(call, check=True, capture_output=True))

    return [
        Measured("import broadtape", timed(*python, "import broadtape"), timed(*python, "pass")),
        Measured("broadtape --help", timed(sys.executable, "-m", "broadtape", "--help"), None, 400),
        Measured(
            "broadtape read | head -1", timed("bash", "-c", f"{command} read --archive {uri} | head -1"), None, 1000
        ),
        Measured("broadtape search", timed("bash", "-c", f"{command} search --archive {uri} '*'"), None, 2000),
    ]


def _memory(uri: str) -> None:
    """Peak memory of streaming a tenth and all of it."""
    code = "import sys, broadtape; print(sum(1 for _ in broadtape.open(sys.argv[1]).articles(until=sys.argv[2])))"
    for name, until in (("a tenth", START + (END - START) / 10), ("all", END)):
        script = f"{code}; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
        done = subprocess.run([sys.executable, "-c", script, uri, until.isoformat()], check=True, capture_output=True)
        count, megabytes = done.stdout.split()
        print(f"streaming {name}: {int(count):,} articles, peak {int(megabytes):,} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(".benchmark"))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
