"""What searching costs, and what the reading room counts beside what is found."""

from __future__ import annotations

import functools
import random
import statistics
from datetime import timedelta

from starlette.testclient import TestClient

from benchmarks.bench import Bench, Measured
from benchmarks.corpus import END
from broadtape.corpus import Corpus
from broadtape.corpus.facets import facets_of
from broadtape.web import application
from broadtape.web.snapshot_cache import SnapshotCache

__all__ = ["searches"]

_SEARCHES = ("{0} {1}", '"{0} {1}"', "{0} OR {1}", "{0} -{1}", "title:{0}", "{0}* {1}")


def searches(bench: Bench) -> list[Measured]:
    """Forms of queries, each the median of several of its kind; and a word that stands in every text."""
    text = next(iter(bench.corpus.articles(limit=1))).text or ""
    words = sorted({word.strip(".").lower() for word in text.split()}, key=lambda word: (len(word), word))[-40:]
    chance, found = random.Random(4), []
    bench.corpus.search("*", limit=1)
    for form in _SEARCHES:
        queries = [form.format(*chance.sample(words, 2)) for _ in range(bench.repeat)]
        took = statistics.median(bench.fastest(functools.partial(bench.corpus.search, query)) for query in queries)
        found.append(Measured(f"search {form.format('a', 'b')}, median", took, None, 20))
    common = text.split()[0].lower()
    found.append(Measured("search a common word", bench.fastest(lambda: bench.corpus.search(common)), None, 20))
    newest = bench.fastest(lambda: bench.corpus.search(common, sort="newest", as_of=END - timedelta(days=200)))
    found.append(Measured("search a common word, newest, as of", newest, None, 20))
    return [*found, *_near_duplicates(bench, common, words)]


def _near_duplicates(bench: Bench, common: str, words: list[str]) -> list[Measured]:
    """What is alike, as one entry, and what an answer is made of: what each page of the room shows."""
    chance = random.Random(5)
    alone = bench.fastest(lambda: Corpus(bench.archive).clusters())
    bench.corpus.clusters()
    rare = bench.fastest(lambda: bench.corpus.search(" ".join(chance.sample(words, 2)), cluster=True))
    every = bench.fastest(lambda: bench.corpus.search(common, cluster=True))
    room = TestClient(application(SnapshotCache(bench.archive.uri)), base_url="http://127.0.0.1")
    room.get("/search", params={"q": words[0]}).raise_for_status()
    page = bench.fastest(lambda: room.get("/search", params={"q": chance.choice(words)}).raise_for_status())
    return [
        Measured("near-duplicates, read for the first time", alone, None, 500),
        Measured("search a AND b, near-duplicates as one", rare, None, 50),
        Measured("search a common word, near-duplicates as one", every, None, 100),
        Measured("facets and days of a common word", bench.fastest(lambda: facets_of(bench.corpus, common)), None, 250),
        Measured("the room's page of a search", page, None, 500),
    ]
