"""A year of small runs, then maintenance: what does the archive weigh, and how fast does it open?

    python -m benchmarks.year [--days 365] [--outlets 49] [--store folder|s3] [--json FILE]

Every hour of a simulated clock one run takes the lease of every outlet, commits a ledger row for each poll and a few
tiny stories, and gives the leases back; every day ends with maintenance. Afterwards a fresh archive gets the same rows
in one commit and maintenance too, and both are opened and asked the same questions in turn. Times are the smallest of
several, as ratios: they say more than seconds. `--store s3` runs against moto's server on loopback and counts the
requests it gets. A year takes half an hour; ten days tell the same, but for the size.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from broadtape.archive import Archive
from broadtape.archive.lifecycle.compaction import maintain, size_of
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.urls import article_id, url_id

STORIES_PER_OUTLET_AND_DAY = 3
ASKED = 200
"""URLs that one look-up asks for, as a feed lists them."""


class Clock:
    """A clock that moves when told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time, a little later at each call."""
        self.now += timedelta(microseconds=1000)
        return self.now


def main() -> None:
    """Runs the year and prints what it left."""
    options = _options()
    with _place(options.store) as (uri, requests):
        clock = Clock(datetime.now(UTC) - timedelta(days=options.days))
        archive = Archive.open(f"{uri}/year", create=True, clock=clock)
        started, cpu = time.perf_counter(), time.process_time()
        _live(archive, clock, options.days, options.outlets)
        report = _weigh(archive, options, time.perf_counter() - started, time.process_time() - cpu)
        report["requests"] = dict(requests)
        report["ratios"] = _compare(archive, f"{uri}/fresh", options.outlets)
    _show(report)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))


def _live(archive: Archive, clock: Clock, days: int, outlets: int) -> None:
    start = clock.now
    randomly = random.Random(1)
    for hour in range(days * 24):
        clock.now = start + timedelta(hours=hour)
        run = f"{clock.now:%Y%m%dT%H%M%SZ}"
        _run(archive, run, [f"outlet-{number:02d}" for number in range(outlets)], randomly)
        if hour % 24 == 23:
            if archive.uri.startswith("/"):
                _age(Path(archive.uri))
            maintain(archive, run=run)


def _run(archive: Archive, run: str, sites: list[str], randomly: random.Random) -> None:
    with ExitStack() as held:
        leases = [held.enter_context(archive.lease(site, run=run)) for site in sites]
        articles: list[Article] = []
        captures = [Capture(site=site, run=run, outcome="polled", detail='{"listed": 30}') for site in sites]
        for site in sites:
            if randomly.random() < STORIES_PER_OUTLET_AND_DAY / 24:
                article, capture = _story(site, run, archive.now(), randomly.getrandbits(60))
                articles.append(article)
                captures.append(capture)
        archive.commit(articles=articles, captures=captures, leases=leases)


def _story(site: str, run: str, now: datetime, number: int) -> tuple[Article, Capture]:
    url = f"https://{site}.example/markets/story-{number:x}"
    name = article_id(site, url)
    place = {"warc_file": f"raw/site={site}/date={now:%Y-%m-%d}/{run}-0001.warc.gz", "warc_offset": 0, "warc_length": 9}
    article = Article(
        url=url,
        title=f"Story {number:x}",
        text=f"Widgets moved by {number % 97} percent.\n\nAnalysts had expected {number % 89}.",
        published_at=now - timedelta(minutes=20),
        extractor="benchmark",
        article_id=name,
        site=site,
        fetched_at=now,
        **place,  # type: ignore[arg-type]
    )
    capture = Capture(
        site=site,
        run=run,
        outcome="archived",
        url=url,
        url_id=url_id(url),
        article_id=name,
        published_at=article.published_at,
        fetched_at=now,
        **place,  # type: ignore[arg-type]
    )
    return article, capture


def _age(folder: Path) -> None:
    """Makes every file a day older, as the simulated day that passed would have."""
    for path in folder.rglob("*"):
        if path.is_file():
            changed = path.stat().st_mtime - 86_400
            os.utime(path, (changed, changed))


def _weigh(archive: Archive, options: argparse.Namespace, seconds: float, cpu: float) -> dict[str, Any]:
    runs = options.days * 24
    tables = {}
    for name, table in archive.tables.items():
        size = size_of(table)
        tables[name] = {
            "rows": archive.tables[name].scan().collect().height,
            "versions": table.existing().version(),
            "live files": len(table.existing().file_uris()),
            "stored files": size.files,
            "bytes": size.bytes,
            "log files": size.log_files,
            "log bytes": size.log_bytes,
        }
    leases = list(archive.objects.list("leases/"))
    return {
        "days": options.days,
        "outlets": options.outlets,
        "store": options.store,
        "cpu ms per run": 1000 * cpu / runs,
        "ms per run": 1000 * seconds / runs,
        "tables": tables,
        "leases": {"objects": len(leases), "bytes": sum(info.size for info in leases)},
    }


def _compare(archive: Archive, uri: str, outlets: int) -> dict[str, float]:
    """How much longer the lived-in archive takes than one that got the same rows in one commit."""
    from broadtape.archive.delta.commits import append

    fresh = Archive.open(uri, create=True)
    for name in ("articles", "captures"):
        append(fresh.tables[name], archive.tables[name].scan().collect())
    maintain(fresh, run="fresh")
    newest = archive.tables["captures"].scan().drop_nulls("url_id").sort("recorded_at").tail(ASKED).collect()
    site = "outlet-07" if outlets > 7 else "outlet-00"
    ids = newest["url_id"].to_list()
    since = newest["recorded_at"].max()
    assert isinstance(since, datetime)
    questions: dict[str, Callable[[Archive], object]] = {
        "open": lambda one: Archive.open(one.uri).tables["captures"].version(),
        "known": lambda one: one.ledger.known(site, ids),
        "recent": lambda one: one.ledger.recent([site], since - timedelta(days=3)),
        "heads": lambda one: one.texts.newest(newest["article_id"].to_list()[:20], site=site),
    }
    return {
        name: _fastest(lambda ask=ask: ask(archive)) / _fastest(lambda ask=ask: ask(fresh))  # type: ignore[misc]
        for name, ask in questions.items()
    }


def _fastest(work: Callable[[], object], times: int = 9) -> float:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)


@contextmanager
def _place(store: str) -> Iterator[tuple[str, Counter[str]]]:
    if store == "folder":
        # In memory where there is some: a year of leases is half a million fsyncs, which say nothing about the archive.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        folder = tempfile.mkdtemp(prefix="broadtape-year-", dir=memory)
        try:
            yield folder, Counter()
        finally:
            shutil.rmtree(folder)
        return
    with _moto() as found:
        yield found


@contextmanager
def _moto() -> Iterator[tuple[str, Counter[str]]]:
    import logging

    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ |= {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_REGION": "us-east-1"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
    boto3.session.Session().client("s3", region_name="us-east-1").create_bucket(Bucket="year")
    requests: Counter[str] = Counter()
    log = logging.getLogger("werkzeug")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(logging.NullHandler())  # else werkzeug adds one that prints
    log.addFilter(lambda record: _count(record.getMessage(), requests))
    try:
        yield "s3://year", requests
    finally:
        server.stop()


def _count(line: str, requests: Counter[str]) -> bool:
    """Counts one line of the server's log, by method and kind of object; keeps it from being printed."""
    words = line.split('"')
    if len(words) > 1:
        method, _, path = words[1].lstrip("\x1b[0123456789m").partition(" ")
        kinds = ("leases", "_delta_log", "captures", "articles", "decisions")
        kind = next((kind for kind in kinds if kind in path), "other")
        requests[f"{method} {'list ' if 'list-type' in path else ''}{kind}"] += 1
    return False


def _show(report: dict[str, Any]) -> None:
    print(f"{report['days']} days, {report['outlets']} outlets, hourly, {report['store']}")
    print(f"per run: {report['cpu ms per run']:.0f} ms CPU, {report['ms per run']:.0f} ms")
    for name, size in report["tables"].items():
        print(f"{name:10}", ", ".join(f"{value:,} {key}" for key, value in size.items()))
    print(f"{'leases':10} {report['leases']['objects']:,} objects, {report['leases']['bytes']:,} bytes")
    runs = report["days"] * 24
    for kind, count in sorted(report["requests"].items()):
        print(f"{kind:28} {count:>9,} requests, {count / runs:7.1f} a run")
    print("against a fresh archive:", ", ".join(f"{name} × {ratio:.2f}" for name, ratio in report["ratios"].items()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--outlets", type=int, default=49)
    parser.add_argument("--store", choices=("folder", "s3"), default="folder")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
