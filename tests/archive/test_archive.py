from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from pathlib import Path

import pytest
from archive_samples import DATE, URL, article, capture, fetched, one_segment

from broadtape.archive import Archive, Decision, article_of, capture_of, sql_time
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.stores.open_store import open_store
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.errors import ArchiveTooNew, DigestMismatch, LeaseHeld, LeaseLost, NotAnArchive, ObjectMissing
from broadtape.urls import url_id

KEY = "raw/site=wire/date=2026-11-23/r1-0001.warc.gz"
SEGMENT = SegmentKey.parse(KEY)


def commit(archive: Archive, articles: list[Article], captures: list[Capture], site: str = "wire") -> None:
    with archive.lease(site, run="r1") as lease:
        archive.commit(articles=articles, captures=captures, leases=[lease])


def test_an_archive_is_made_once_and_opened_by_all(uri: str) -> None:
    with pytest.raises(NotAnArchive, match=r"There is no archive at .* makes one"):
        Archive.open(uri)
    made = Archive.open(uri, create=True)
    assert Archive.open(uri, create=True).info == made.info
    assert Archive.open(uri).info == made.info
    assert made.info.conditional_put
    assert made.info.format == 1


def test_a_place_with_other_things_is_no_archive(uri: str) -> None:
    open_store(uri).put("holiday.jpg", b"x")
    for create in (True, False):
        with pytest.raises(NotAnArchive, match="holds other files"):
            Archive.open(uri, create=create)


def test_a_later_format_is_too_new(archive: Archive) -> None:
    values = json.loads(archive.objects.get("archive.json"))
    archive.objects.put("archive.json", json.dumps({**values, "format": 2, "shape": "round"}).encode())
    with pytest.raises(ArchiveTooNew, match="has format 2, this release reads up to 1"):
        Archive.open(archive.uri)
    archive.objects.put("archive.json", b"{not json")
    with pytest.raises(NotAnArchive, match="damaged"):
        Archive.open(archive.uri)


def test_a_segment_is_stored_listed_and_read_one_record_at_a_time(archive: Archive, spool: Path) -> None:
    path = one_segment(spool)
    archive.put_segment(path, SEGMENT)
    archive.put_segment(path, SEGMENT)
    assert list(archive.segments()) == list(archive.segments("wire")) == [SEGMENT]
    assert list(archive.segments("wir")) == []
    with archive.local_segment(SEGMENT) as local:
        assert local.read_bytes() == path.read_bytes()
    record = next(r for r in fetched(path) if r.url == f"{URL}1")
    assert archive.read_record(KEY, record.offset, record.length) == record
    with pytest.raises(ObjectMissing):
        archive.read_record(KEY.replace("0001", "0002"), 0, 10)
    path.write_bytes(b"other")
    with pytest.raises(DigestMismatch):
        archive.put_segment(path, SEGMENT)


def test_rows_come_back_as_they_went_in(archive: Archive) -> None:
    full, bare = article(1), Article(url=URL, article_id="b", site="wire", fetched_at=DATE, extractor="x")
    ledger = capture(1)
    with archive.lease("wire", run="r1") as lease:
        stamp = archive.commit(articles=[full, bare], captures=[ledger], leases=[lease])
    rows = archive.tables["articles"].scan().sort("article_id").collect().to_dicts()
    stored = [article_of(row) for row in rows]
    assert stored[0].archived_at == stored[1].archived_at == stamp
    assert stored == [dataclasses.replace(item, archived_at=stamp, canonical_url=None) for item in (full, bare)]
    assert {row["fetched_month"] for row in rows} == {"2026-11"}
    (row,) = archive.tables["captures"].scan().collect().to_dicts()
    assert capture_of(row) == dataclasses.replace(ledger, recorded_at=row["recorded_at"])
    assert stamp <= row["recorded_at"] <= archive.now()


def test_known_is_the_newest_row_of_each_url(archive: Archive) -> None:
    first, again, other = capture(1), capture(1, outcome="unchanged"), capture(2)
    foreign = capture(1, site="post")
    commit(archive, [], [first, other])
    commit(archive, [], [again])
    commit(archive, [], [foreign], "post")
    found = archive.ledger.known("wire", [url_id(f"{URL}{n}") for n in (1, 2, 3)])
    assert {row.url: row.outcome for row in found.values()} == {f"{URL}1": "unchanged", f"{URL}2": "archived"}
    assert archive.ledger.known("wire", []) == {}


def test_within_one_commit_the_last_row_of_a_url_is_the_newest(archive: Archive) -> None:
    commit(archive, [], [capture(1, outcome="failed"), capture(1, outcome="archived")])
    assert next(iter(archive.ledger.known("wire", [url_id(f"{URL}1")]).values())).outcome == "archived"


def test_recent_are_the_stories_still_young_enough(archive: Archive) -> None:
    commit(
        archive,
        [],
        [
            capture(1, published_at=DATE - timedelta(hours=2)),
            capture(2, published_at=DATE - timedelta(days=5)),
            capture(3, published_at=None, outcome="unchanged"),
            capture(4, outcome="failed"),
            capture(5),
            Capture(site="wire", run="r1", outcome="polled"),
        ],
    )
    commit(archive, [], [capture(5, outcome="gone")])
    since = DATE - timedelta(days=1)
    found = archive.ledger.recent(["wire", "post"], since)
    assert {row.url for row in found} == {f"{URL}1", f"{URL}3"}
    assert archive.ledger.recent(["post"], since) == []
    assert archive.ledger.recent([], since) == []


def test_heads_are_newest_by_fetch_then_by_commit(archive: Archive) -> None:
    old, new = article(1, title="old"), article(1, title="new", fetched_at=DATE + timedelta(days=40))
    commit(archive, [new], [])
    commit(archive, [old, article(2)], [])
    assert archive.texts.newest([new.article_id or ""], site="wire")[new.article_id or ""].title == "new"
    commit(archive, [article(1, title="newer edition", fetched_at=new.fetched_at, extractor="v2")], [])
    head = archive.texts.newest([new.article_id or "", "unknown"])[new.article_id or ""]
    assert (head.title, head.text, head.extractor) == ("newer edition", None, "v2")
    assert head.text_sha256 == new.text_sha256
    assert archive.texts.newest([new.article_id or ""], site="post") == {}
    assert archive.texts.newest([]) == {}


def test_a_segment_in_the_ledger_is_done_and_its_rows_are_found(archive: Archive) -> None:
    key = KEY
    polls = "raw/site=_polls/date=2026-11-23/r1-0001.warc.gz"
    open_key = KEY.replace("0001", "0002")
    commit(archive, [article(1, warc_file=key), article(2, warc_file=open_key)], [])
    assert archive.ledger.committed([SEGMENT, SegmentKey.parse(open_key)]) == set()
    assert [row.title for row in archive.texts.of_segment(SEGMENT)] == ["Widget outlook 1"]
    commit(archive, [], [capture(1, warc_file=key), Capture(site="wire", run="r", outcome="polled", warc_file=polls)])
    asked = [SegmentKey.parse(each) for each in (key, open_key, polls)]
    assert archive.ledger.committed(asked) == {asked[0], asked[2]}
    assert archive.ledger.committed([]) == set()


def test_a_frame_is_one_version_of_the_table(archive: Archive) -> None:
    commit(archive, [article(1)], [])
    version = archive.tables["articles"].version()
    held = archive.tables["articles"].scan()
    commit(archive, [article(2, fetched_at=DATE + timedelta(days=40))], [])
    assert held.collect().height == 1
    assert archive.tables["articles"].scan(version=version).collect().height == 1
    assert archive.tables["articles"].scan().collect().height == 2
    assert archive.tables["articles"].version() == version + 1


def test_a_frame_leaves_out_files_that_cannot_match(archive: Archive) -> None:
    commit(archive, [article(1), article(2, fetched_at=DATE + timedelta(days=40))], [])
    commit(archive, [article(3, site="post")], [], "post")
    assert archive.tables["articles"].scan(where="site = 'post'").collect()["site"].to_list() == ["post"]
    assert archive.tables["articles"].scan(where="fetched_month = '2027-01'").collect().height == 1
    later = DATE + timedelta(days=30)
    assert archive.tables["articles"].scan(where=f"fetched_at >= {sql_time(later)}").collect().height == 1
    assert archive.tables["articles"].scan(where="site = 'nobody'").collect().height == 0


def test_an_archive_whose_tables_are_missing_reads_as_empty(uri: str) -> None:
    archive = Archive.open(uri, create=True)
    archive.objects.delete([info.key for info in archive.objects.list("articles/")])
    again = Archive.open(uri)
    assert again.tables["articles"].scan().collect().height == 0
    assert (
        again.tables["articles"].scan().collect_schema()["tickers"] == archive.tables["articles"].spec.schema["tickers"]
    )
    assert again.tables["articles"].version() == -1
    assert again.texts.newest(["a"]) == {}


def test_state_is_kept_and_may_be_lost(archive: Archive) -> None:
    assert archive.load_state("wire") == {}
    archive.save_state("wire", {"etag": "ü", "n": [1]})
    assert archive.load_state("wire") == {"etag": "ü", "n": [1]}
    archive.objects.put("state/wire.json", b"\xff{")
    assert archive.load_state("wire") == {}


def test_the_newest_decision_holds(archive: Archive) -> None:
    assert archive.decisions.blocked([1, 2]) == set()
    archive.decisions.record(
        [Decision(decision="forget", url_id=1), Decision(decision="forget", url_id=2, article_id="a")]
    )
    archive.decisions.record(
        [Decision(decision="forget", article_id="b"), Decision(decision="release", article_id="c")]
    )
    assert archive.decisions.blocked([1, 2, 3]) == {1, 2}
    assert archive.decisions.blocked_articles(["a", "b", "c"]) == {"a", "b"}
    archive.decisions.record([Decision(decision="undo", url_id=1)])
    assert archive.decisions.blocked([1, 2, 3]) == {2}
    assert archive.decisions.blocked([]) == set()


def test_rows_need_their_outlets_lease(archive: Archive) -> None:
    with archive.lease("wire", run="r1") as lease:
        with pytest.raises(ValueError, match="no lease covers the rows of post"):
            archive.commit(articles=[article(1, site="post")], captures=[], leases=[lease])
        busy = Capture(site="post", run="r1", outcome="busy")
        archive.commit(articles=[], captures=[busy, capture(1)], leases=[lease])
    archive.commit(articles=[], captures=[busy], leases=[])
    assert archive.tables["captures"].scan().collect().height == 3


def test_a_busy_outlet_is_said_to_be_held(archive: Archive) -> None:
    other = Archive.open(archive.uri)
    with archive.lease("wire", run="r1"), archive.lease("post", run="r2"):
        held = pytest.raises(LeaseHeld, match=r"wire is being written by run r1 on .* until")
        with held:
            other.lease("wire", run="r3")
    archive.lease("wire", run="r3").release()


def test_a_released_lease_commits_nothing(archive: Archive) -> None:
    lease = archive.lease("wire", run="r1")
    lease.release()
    with pytest.raises(LeaseLost):
        archive.commit(articles=[article(1)], captures=[capture(1)], leases=[lease])
    assert archive.tables["articles"].scan().collect().height == 0
