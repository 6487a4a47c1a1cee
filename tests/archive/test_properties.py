"""The archive against a plain Python model of it, over histories that chance makes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from archive_samples import DATE, URL, article, capture
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadtape.archive import Archive
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.takedown import forget
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.urls import article_id, url_id
from tests.examples import examples

SITES = ("wire", "post")
NUMBERS = range(5)

fetches = st.tuples(
    st.sampled_from(SITES),
    st.sampled_from(NUMBERS),
    st.sampled_from(["archived", "unchanged", "failed", "gone"]),
    st.integers(0, 60),  # days after DATE
)
steps = st.one_of(
    st.lists(fetches, max_size=4),
    st.sampled_from(["maintain", "reopen"]),
    st.tuples(st.just("forget"), st.sampled_from(SITES), st.sampled_from(NUMBERS)),
)


class Model:
    """What the archive should answer."""

    def __init__(self) -> None:
        self.articles: list[tuple[datetime, int, Article]] = []
        self.captures: list[Capture] = []

    def add(self, articles: list[Article], captures: list[Capture]) -> None:
        for item in articles:
            assert item.fetched_at is not None
            self.articles.append((item.fetched_at, len(self.articles), item))
        self.captures += captures

    def forget(self, number: int, sites: tuple[str, ...]) -> None:
        gone = {article_id(site, f"{URL}{number}") for site in sites}
        self.articles = [entry for entry in self.articles if entry[2].article_id not in gone]
        self.captures = [row for row in self.captures if row.url_id != url_id(f"{URL}{number}")]

    def known(self, site: str) -> dict[int, str]:
        return {row.url_id: row.outcome for row in self.captures if row.site == site and row.url_id is not None}

    def recent(self, since: datetime) -> set[tuple[str, str | None]]:
        newest = {(row.site, row.url): row for row in self.captures}
        young = {key: row for key, row in newest.items() if row.outcome in {"archived", "unchanged"}}
        return {key for key, row in young.items() if row.published_at and row.published_at >= since}

    def heads(self) -> dict[str | None, str | None]:
        return {item.article_id: item.title for _, _, item in sorted(self.articles, key=lambda entry: entry[:2])}


def check(archive: Archive, model: Model) -> None:
    ids = [url_id(f"{URL}{number}") for number in NUMBERS]
    for site in SITES:
        assert {key: row.outcome for key, row in archive.ledger.known(site, ids).items()} == model.known(site)
    for days in (0, 20, 59):
        since = DATE + timedelta(days=days)
        assert {(row.site, row.url) for row in archive.ledger.recent(SITES, since)} == model.recent(since)
    names = [article_id(site, f"{URL}{number}") for site in SITES for number in NUMBERS]
    assert {name: row.title for name, row in archive.texts.newest(names).items()} == model.heads()


@settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=st.lists(steps, min_size=1, max_size=7))
def test_any_history_answers_as_the_model_does(tmp_path_factory: pytest.TempPathFactory, history: list[object]) -> None:
    clock = [DATE + timedelta(days=61)]  # no story claims to be from the future
    uri = str(tmp_path_factory.mktemp("history") / "archive")

    def tick() -> datetime:
        clock[0] += timedelta(seconds=0.01)
        return clock[0]

    archive, model = Archive.open(uri, create=True, clock=tick), Model()
    for count, step in enumerate(history):
        if isinstance(step, list):
            articles, captures = _batch(step, count)
            with archive.lease("wire", run="r") as wire, archive.lease("post", run="r") as post:
                archive.commit(articles=articles, captures=captures, leases=[wire, post])
            model.add(articles, captures)
        elif step == "maintain":
            maintain(archive, run="m")
        elif step == "reopen":
            archive = Archive.open(uri, clock=tick)
        else:
            _, _, number = step  # type: ignore[misc]
            forget(archive, urls=[f"{URL}{number}"], run="f")
            model.forget(number, SITES)
    check(archive, model)


def _batch(step: list[tuple[str, int, str, int]], count: int) -> tuple[list[Article], list[Capture]]:
    articles, captures = [], []
    for place, (site, number, outcome, days) in enumerate(step):
        moment = DATE + timedelta(days=days)
        captures.append(capture(number, site=site, outcome=outcome, published_at=moment))
        if outcome == "archived":
            articles.append(article(number, site=site, fetched_at=moment, title=f"{count}.{place}"))
    return articles, captures


def test_threads_of_one_process_share_an_archive(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except BaseException as error:
                failures.append(error)

        return run

    def write(site: str) -> None:
        with archive.lease(site, run="r1") as lease:
            for number in range(6):
                archive.commit(
                    articles=[article(number, site=site)], captures=[capture(number, site=site)], leases=[lease]
                )

    def read() -> None:
        for _ in range(10):
            assert archive.tables["articles"].scan().collect().height <= 24
            archive.ledger.known("site1", [url_id(f"{URL}1")])
            archive.tables["captures"].scan(version=0).collect()

    work = [lambda site=f"site{n}": write(site) for n in range(4)] + [read, read, lambda: maintain(archive, run="m1")]
    threads = [threading.Thread(target=guarded(one)) for one in work]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert archive.tables["articles"].scan().collect().n_unique(["site", "article_id"]) == 24
    assert archive.tables["captures"].scan().collect().height == 24
