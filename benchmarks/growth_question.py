"""One question of `benchmarks.growth`, in a process of its own so that its peak of memory is its own:

    python -m benchmarks.growth_question QUESTION ARCHIVE JSON

Prints, as JSON, seconds of wall clock and of CPU and the peak of memory in MiB beyond what importing took.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.grown import END, OUTLETS, ROWS_A_DAY, add_rows
from broadtape.archive import Archive, near_duplicates
from broadtape.archive.ledger_summary.summary import keep_summary
from broadtape.archive.lifecycle.compaction import compact
from broadtape.archive.lifecycle.vacuum import clean_log, remove_unnamed
from broadtape.archive.weight import keep_weight
from broadtape.corpus import Corpus
from broadtape.corpus.coverage.gaps import find_gaps
from broadtape.corpus.coverage.missing import looks_of, missing_of
from broadtape.corpus.coverage.unread import unread_of
from broadtape.corpus.reading.kept_keys import keep_keys
from broadtape.ingest.history import Histories
from broadtape.monitoring.baseline import earlier_measures, earlier_polls
from broadtape.monitoring.status import archive_health, outlet_health
from broadtape.site import Site

__all__ = ["QUESTIONS", "SITE"]

SITE = "outlet-07"
_WEEK = timedelta(days=7)

Known = Mapping[str, Any]
"""What is asked for: ledger numbers (`url_ids`) and stories (`article_ids`) of the outlet, and how many `rows`."""
Question = Callable[[Archive, Known], object]


def _start(archive: Archive, _known: Known) -> object:
    """What a run reads of one outlet before it asks for the first page, and what it is compared with at its end."""
    with archive.lease(SITE, run="benchmark"):
        archive.load_state(SITE)
        recent = archive.ledger.recent([SITE], END - timedelta(days=3))
        return recent, earlier_polls(archive, SITE), earlier_measures(archive, SITE)


def _known(archive: Archive, known: Known) -> object:
    return archive.ledger.known(SITE, known["url_ids"])


def _histories(archive: Archive, known: Known) -> object:
    return Histories.load(archive, SITE, known["article_ids"])


def _status(archive: Archive, _known: Known) -> object:
    outlets = [_site(f"outlet-{number:02d}") for number in range(OUTLETS)]
    return outlet_health(archive, outlets, now=END), archive_health(archive, Path(archive.uri, "spool"))


def _gaps(archive: Archive, _known: Known) -> object:
    return _gaps_since(archive, None)


def _gaps_of_week(archive: Archive, _known: Known) -> object:
    return _gaps_since(archive, END - _WEEK)


def _gaps_since(archive: Archive, since: datetime | None) -> object:
    corpus = Corpus(archive)
    lacking, unread = missing_of(corpus, since=since), unread_of(corpus)
    coverage, looks = corpus.coverage(since=since), looks_of(corpus)
    found = find_gaps(coverage, corpus.sites(), since.date() if since else None, END.date(), looks=looks)
    return lacking, unread, list(found)


def _day(archive: Archive, known: Known) -> object:
    """A day of hourly commits, which the questions after it find."""
    rows, hour = known["rows"], ROWS_A_DAY // 24
    for number in range(24):
        add_rows(archive, rows + number * hour, rows + (number + 1) * hour, rows)
    return rows


def _near(archive: Archive, _known: Known) -> object:
    return near_duplicates.update(archive.tables["articles"], archive.objects)


def _compact(archive: Archive, _known: Known) -> object:
    """What upkeep does to the tables."""
    return [(compact(table), remove_unnamed(table), clean_log(table)) for table in archive.tables.values()]


def _sums(archive: Archive, _known: Known) -> object:
    keep_summary(archive.tables["captures"], archive.objects)
    keep_weight(archive.objects, archive.now())
    return archive


def _keys(archive: Archive, _known: Known) -> object:
    articles = archive.tables["articles"]
    keep_keys(articles, archive.objects, articles.version())
    return articles


def _reader_day(archive: Archive, _known: Known) -> object:
    return list(Corpus(archive).articles(site=[SITE], since=END - timedelta(days=1), until=END, by="fetched"))


def _reader_stories(archive: Archive, known: Known) -> object:
    return list(Corpus(archive).with_ids(known["article_ids"]))


def _reader_column(archive: Archive, _known: Known) -> object:
    return Corpus(archive).frame(columns=["article_id", "published_at"]).collect().height


def _site(name: str) -> Site:
    return Site.model_validate(
        {
            "name": name, "title": name, "homepage": f"https://{name}.example/", "hosts": [f"{name}.example"],
            "article_patterns": ["/.+"], "feeds": [f"https://{name}.example/feed"],
        }
    )  # fmt: skip


QUESTIONS: Mapping[str, Question] = {
    "a run's start and end, one outlet": _start,
    "200 known addresses of an outlet": _known,
    "20 stories before a commit": _histories,
    "status": _status,
    "gaps": _gaps,
    "gaps of a week": _gaps_of_week,
    "a reader: a day of an outlet": _reader_day,
    "a reader: 20 stories by id": _reader_stories,
    "a reader: two columns of all": _reader_column,
    "a day of commits": _day,
    "upkeep: near-duplicates": _near,
    "upkeep: tables": _compact,
    "upkeep: the ledger's sums, the weight": _sums,
    "upkeep: keys": _keys,
}
"""In the order in which they are asked: a day is added, and upkeep deals with it."""


def main(question: str, uri: str, known: Known) -> None:
    """Asks it."""
    archive = Archive.open(uri)
    _reset_peak()
    before, wall, cpu = _peak(), time.perf_counter(), time.process_time()
    QUESTIONS[question](archive, known)
    told = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "mib": max(_peak() - before, 0.0)}
    print(json.dumps(told))


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """MiB, since the last reset."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(Path(sys.argv[3]).read_text()))
