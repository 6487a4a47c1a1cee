"""Reading from object storage: the same answers, and few requests."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from corpus_samples import FolderTables, at, row
from moto.server import ThreadedMotoServer

import broadtape
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import SegmentWriter, read_segment
from broadtape.capture import Note
from broadtape.corpus.fulltext import update_index
from broadtape.urls import url_id

DAY, MONTH = 24 * 60, 31 * 24 * 60
BUCKET = f"news-{uuid.uuid4()}"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A mock server that the environment leads to; the requests it is sent, as they are sent."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    named = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**named, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}.items():
        monkeypatch.setenv(name, value)
    seen: list[str] = []

    class Note(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.getMessage())

    log, note = logging.getLogger("werkzeug"), Note()
    log.setLevel(logging.INFO)
    log.addHandler(note)
    boto3.session.Session().client("s3").create_bucket(Bucket=BUCKET)
    yield seen
    log.removeHandler(note)
    server.stop()


def test_the_log_is_read_once_and_no_more_of_the_data_than_needed(requests: list[str]) -> None:
    archive = FolderTables.open(f"s3://{BUCKET}/archive", create=True)
    for month in range(4):
        moment = at(month * MONTH)
        articles = [row(f"{month}{site}", site=site, published_at=moment, fetched_at=moment) for site in ("a", "b")]
        archive.append("articles", articles)
    requests.clear()
    corpus = broadtape.open(f"s3://{BUCKET}/archive")
    opened = len(requests)
    assert [request for request in requests if ".parquet" in request] == []
    assert len([request for request in requests if "_delta_log/_last_checkpoint" in request]) == 3
    window = {"since": at(2 * MONTH), "until": at(2 * MONTH + 1)}
    assert [article.article_id for article in corpus.articles(site="b", **window)] == ["2b"]
    read = requests[opened:]
    assert [request for request in read if "_delta_log" in request] == []
    read = [request for request in read if "/articles/" in request]
    other_months = [request for request in read if f"{at(2 * MONTH):fetched_month=%Y-%m}" not in request]
    told = "where nothing is indexed: which outlets there are, and whether the story was ever revised"
    assert len(other_months) == 6, told


def test_a_page_is_one_ranged_read(requests: list[str], tmp_path: Path) -> None:
    archive = FolderTables.open(f"s3://{BUCKET}/page", create=True)
    segment = SegmentWriter(
        tmp_path, site="paper", run="r1", info={}, max_bytes=10**9, max_seconds=10**9, clock=lambda: at(0)
    )
    note = Note(event="fetch", site="paper", run="r1", url="https://www.paper.example/a")
    segment.response(
        url="https://www.paper.example/a", status=203, reason="Fine", headers=[(b"X-Odd", b"a"), (b"x-odd", b"b")],
        body=b"<p>A page.</p>", date=at(1), note=note,
    )  # fmt: skip
    segment.close()
    (path,) = tmp_path.rglob("*.warc.gz")
    key = path.relative_to(tmp_path).as_posix()
    archive.put_segment(path, SegmentKey.parse(key))
    (record,) = (record for record in read_segment(path) if record.type == "response")
    place = {"warc_file": key, "warc_offset": record.offset, "warc_length": record.length}
    archive.append("articles", [row("a", **place)])

    corpus = broadtape.open(f"s3://{BUCKET}/page")
    (article,) = corpus.articles()
    requests.clear()
    page = corpus.raw(article)
    assert len(requests) == 1
    assert " 206 " in requests[0]
    assert (page.url, page.status, page.reason, page.fetched_at) == ("https://www.paper.example/a", 203, "Fine", at(1))
    assert page.headers[:2] == (("X-Odd", "a"), ("x-odd", "b"))
    assert (page.header("X-ODD"), page.body, page.content()) == ("a", b"<p>A page.</p>", b"<p>A page.</p>")


def test_a_search_reads_the_index_once_and_then_nothing(requests: list[str], tmp_path: Path) -> None:
    archive = FolderTables.open(f"s3://{BUCKET}/search", create=True)
    archive.append("articles", [row("a", text="The walrus speaks.", archived_at=at(0)), row("b", archived_at=at(0))])
    assert update_index(archive, run="m").rows == 2
    corpus = broadtape.open(f"s3://{BUCKET}/search")
    requests.clear()
    assert [hit.article.article_id for hit in corpus.search("walrus")] == ["a"]
    fetched = [request for request in requests if "/index/" in request]
    assert len(fetched) == len(requests) == 7, "the manifest and the six files of one segment"
    assert not [request for request in requests if "PUT" in request]
    requests.clear()
    assert corpus.search("story").total == 2
    assert requests == []
    assert broadtape.open(f"s3://{BUCKET}/search").search("walrus").total == 1
    assert len([request for request in requests if "/index/" in request]) == 1, "the copy is there already"

    archive.append("articles", [row("c", text="Another walrus.", archived_at=at(DAY))])
    late = broadtape.open(f"s3://{BUCKET}/search").search("walrus")
    assert (late.total, late.stale) == (2, False)
    update_index(archive, run="m")
    (home,) = (tmp_path / "cache" / "broadtape" / "index").iterdir()
    assert broadtape.open(f"s3://{BUCKET}/search").search("walrus").total == 2
    assert len(list(home.iterdir())) == 1, "the copy of the earlier index is gone"


def test_sql_goes_over_arrow(requests: list[str]) -> None:
    archive = FolderTables.open(f"s3://{BUCKET}/sql", create=True)
    archive.append("articles", [row("a"), row("b", fetched_at=at(MONTH))])
    archive.append("articles", [row("a", fetched_at=at(40), title="Again")])
    corpus = broadtape.open(f"s3://{BUCKET}/sql")
    requests.clear()
    titles = corpus.sql("SELECT title, revision FROM articles WHERE fetched_at < '2026-03-02' ORDER BY 1")
    assert titles.rows() == [("Again", 2)]
    assert not [request for request in requests if "PUT" in request]


def test_a_day_of_an_outlet_takes_few_requests_after_upkeep(requests: list[str]) -> None:
    archive = FolderTables.open(f"s3://{BUCKET}/day", create=True)
    for month in range(6):
        rows = []
        for number in range(40):
            moment = at(month * MONTH + number * 100)
            rows += [row(f"{month}{site}{number}", site=site, published_at=moment, fetched_at=moment) for site in "ab"]
            if number % 10 == 0:  # revised within the month, and in the next
                rows += [row(f"{month}a{number}", site="a", published_at=moment, fetched_at=moment + later)
                         for later in (at(50) - at(0), at(MONTH) - at(0))]  # fmt: skip
        archive.append("articles", rows)
    maintain(archive, run="m")
    update_index(archive, run="m")
    corpus = broadtape.open(f"s3://{BUCKET}/day")
    requests.clear()
    read = list(
        corpus.articles(site="a", since=at(2 * MONTH), until=at(2 * MONTH + DAY), revisions=True, by="published")
    )
    assert len([request for request in requests if "GET" in request]) <= 5
    assert [article.revision for article in read if article.article_id == "2a0"] == [1, 2, 3]
    assert len(read) == 15 + 2 * 2


def test_a_story_by_its_address_is_read_from_where_it_lies(requests: list[str]) -> None:
    archive = FolderTables.open(f"s3://{BUCKET}/address", create=True)
    for month in range(6):
        moment = at(month * MONTH)
        archive.append("articles", [row(f"{month}{n}", published_at=moment, fetched_at=moment) for n in range(40)])
    archive.append(
        "captures", [{"site": "paper", "url_id": url_id(row("31")["url"]), "article_id": "31", "recorded_at": at(0)}]
    )
    maintain(archive, run="m")
    update_index(archive, run="m")
    corpus = broadtape.open(f"s3://{BUCKET}/address")
    requests.clear()
    assert [article.article_id for article in corpus.articles(url=row("31")["url"])] == ["31"]
    assert {match[0] for request in requests if (match := re.search("fetched_month=[0-9-]+", request))} == {
        f"{at(3 * MONTH):fetched_month=%Y-%m}"
    }
    assert len([request for request in requests if "GET" in request]) <= 6
    requests.clear()
    assert [article.article_id for article in corpus.articles(url=row("31")["url"])] == ["31"]
    assert len([request for request in requests if "GET" in request]) <= 5, "the outlets and the revised are known"
