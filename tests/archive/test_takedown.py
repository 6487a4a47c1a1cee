from __future__ import annotations

import dataclasses
import io
import zlib
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from archive_samples import DATE, URL, article, capture, note, respond, writer

from broadtape.archive import Archive
from broadtape.archive.delta.failures import reading
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import read_segment
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.errors import LeaseHeld, StoreError
from broadtape.urls import url_id

pytestmark = pytest.mark.attack

SECRET = "The chairman of Oblivia Industries has resigned after a dispute."
TITLE = "Oblivia chairman resigns"
STORY = "https://news.example/markets/oblivia-4711"
OTHER_SLUG = "https://news.example/markets/oblivia-boss-gone-4711"


def story(url: str = STORY, **values: object) -> Article:
    return dataclasses.replace(
        article(47, title=TITLE, text=f"{SECRET}\n\nShares fell.", authors=("Carla Scoop",), url=STORY),
        url=url,
        **values,
    )


def page(text: str) -> bytes:
    return f"<html><title>{TITLE}</title><p>{text}</p></html>".encode()


@pytest.fixture
def filled(tmp_path: Path, spool: Path) -> Archive:
    return fill(Archive.open(str(tmp_path / "archive"), create=True), spool)


def fill(archive: Archive, spool: Path) -> Archive:
    """Two segments, three stories in both tables, one of them to be forgotten, over several commits."""
    segment = writer(spool, max_bytes=3500)
    for number in range(4):
        respond(segment, url=f"{URL}{number}")
    respond(segment, url=STORY, body=page(SECRET), headers=[(b"X-Note", TITLE.encode())])
    respond(segment, url=f"{URL}9")
    segment.revisit(url=STORY, status=304, headers=[], date=DATE, note=note(url=STORY))
    segment.note(note(event="skip", url=f"{STORY}?again=1", final_url=STORY, reason=TITLE), date=DATE)
    segment.close()
    keys = {}
    for path in sorted(spool.rglob("*.warc.gz")):
        keys[path] = path.relative_to(spool).as_posix()
        archive.put_segment(path, SegmentKey.parse(keys[path]))
    places = {(r.url, r.type): (keys[path], r) for path in keys for r in read_segment(path)}
    key, record = places[STORY, "response"]
    place = {"warc_file": key, "warc_offset": record.offset, "warc_length": record.length}
    with archive.lease("wire", run="r1") as lease:
        archive.commit(articles=[article(1), article(2)], captures=[capture(1), capture(2)], leases=[lease])
        archive.commit(articles=[story(**place)], captures=[_row(**place)], leases=[lease])
        archive.commit(
            articles=[story(OTHER_SLUG, extractor="v2", **place)],
            captures=[_row(OTHER_SLUG, outcome="unchanged"), _row(STORY, outcome="gone", reason=TITLE)],
            leases=[lease],
        )
    archive.save_state("wire", {"seen": [STORY]})
    archive.save_state("post", {"seen": []})
    archive.objects.put("index/segment.bin", SECRET.encode())
    return archive


def _row(url: str = STORY, **values: object) -> Capture:
    row = capture(47, url=url, url_id=url_id(url), final_url=url, **values)  # type: ignore[arg-type]
    return dataclasses.replace(row, article_id=story().article_id)


def every_byte(archive: Archive) -> bytes:
    """All that the archive's files say, as they are, unpacked and decoded."""
    found = []
    for info in archive.objects.list():
        data = archive.objects.get(info.key)
        found += [info.key.encode(), data]
        if info.key.endswith(".parquet"):
            found.append(str(pd.read_parquet(io.BytesIO(data)).to_dict("records")).encode())
        if info.key.endswith(".gz"):
            found.append(unzip(data))
    return b"\n".join(found)


def unzip(data: bytes) -> bytes:
    parts = []
    while data:
        decoder = zlib.decompressobj(31)
        parts.append(decoder.decompress(data))
        data = decoder.unused_data
    return b"".join(parts)


def traces(archive: Archive) -> list[str]:
    said = every_byte(archive)
    return [
        word
        for word in (SECRET, TITLE, STORY, OTHER_SLUG, "oblivia", "Oblivia", "Carla Scoop")
        if word.encode() in said
    ]


def test_the_search_finds_what_is_there(filled: Archive) -> None:
    assert set(traces(filled)) >= {SECRET, TITLE, STORY, OTHER_SLUG, "Carla Scoop"}


def test_no_byte_is_left_wherever_the_archive_lies(archive: Archive, spool: Path) -> None:
    fill(archive, spool)
    before = {key: archive_places(archive, key) for key in archive.segments()}
    held = archive.tables["articles"].scan()
    forget(archive, urls=[STORY], run="f1")
    with pytest.raises(StoreError, match=r"is gone.* Read again"), reading(archive.uri):
        held.collect()
    assert traces(archive) == []
    assert {key: archive_places(archive, key) for key in archive.segments()} == before
    assert archive.tables["articles"].scan().collect().height == 2


@pytest.mark.parametrize("by", ["url", "other slug", "author", "article"])
def test_no_byte_of_a_forgotten_story_is_left(filled: Archive, by: str) -> None:
    asked = {
        "url": {"urls": [f"{STORY}?utm_source=feed#top"]},
        "other slug": {"urls": [OTHER_SLUG]},
        "author": {"authors": ["Carla Scoop"]},
        "article": {"article_ids": [story().article_id or ""]},
    }[by]
    before = {key: archive_places(filled, key) for key in filled.segments()}
    receipt = forget(filled, **asked, run="forget-1", reason="asked for by the publisher")  # type: ignore[arg-type]
    assert traces(filled) == []
    assert receipt.articles == 2
    assert receipt.captures == 3
    assert receipt.segments >= 1
    assert receipt.records >= 4
    assert receipt.warnings == []
    assert {url_id(STORY), url_id(OTHER_SLUG)} <= set(receipt.url_ids)
    assert {key: archive_places(filled, key) for key in filled.segments()} == before
    assert filled.decisions.blocked([url_id(STORY), url_id(OTHER_SLUG), url_id(f"{URL}1")]) == {
        url_id(STORY),
        url_id(OTHER_SLUG),
    }
    assert filled.decisions.blocked_articles([story().article_id or "", "x"]) == {story().article_id}
    assert sorted(filled.tables["articles"].scan().collect()["title"]) == ["Widget outlook 1", "Widget outlook 2"]
    assert filled.tables["captures"].scan().collect().height == 2
    assert filled.load_state("post") == {"seen": []}


def archive_places(archive: Archive, key: SegmentKey) -> list[tuple[int, int]]:
    with archive.local_segment(key) as path:
        return [(record.offset, record.length) for record in read_segment(path)]


def test_other_records_are_as_they_were(filled: Archive) -> None:
    def others() -> list[object]:
        found: list[object] = []
        for key in filled.segments():
            with filled.local_segment(key) as path:
                found += [(key, record) for record in read_segment(path) if (record.url or "").startswith(URL)]
        return found

    before = others()
    forget(filled, urls=[STORY], run="f1")
    assert others() == before
    assert before


def test_a_page_that_came_from_another_address_goes_too(tmp_path: Path, spool: Path) -> None:
    """It was asked for at the story's address, which led elsewhere: only its note, or its row, knows."""
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    segment = writer(spool)
    elsewhere = "https://news.example/unrelated/path"
    told = note(url=STORY, final_url=elsewhere)
    segment.response(url=elsewhere, status=200, reason="OK", headers=[], body=page(SECRET), date=DATE, note=told)
    segment.response(
        url=elsewhere, status=200, reason="OK", headers=[], body=page(SECRET), date=DATE, note=note(url=elsewhere)
    )
    segment.close()
    (path,) = spool.rglob("*.warc.gz")
    key = path.relative_to(spool).as_posix()
    archive.put_segment(path, SegmentKey.parse(key))
    rowed = list(read_segment(path))[3]
    place = {"warc_file": key, "warc_offset": rowed.offset, "warc_length": rowed.length}
    with archive.lease("wire", run="r1") as lease:
        archive.commit(articles=[story(**place)], captures=[_row(**place)], leases=[lease])
    assert forget(archive, urls=[STORY], run="f1").records == 4
    assert traces(archive) == []


def test_a_dry_run_counts_and_touches_nothing(filled: Archive) -> None:
    before = {info.key: filled.objects.get(info.key) for info in filled.objects.list()}
    dry = forget(filled, urls=[STORY], run="f1", dry_run=True)
    assert {info.key: filled.objects.get(info.key) for info in filled.objects.list()} == before
    assert (dry.dry_run, dry.articles, dry.captures) == (True, 2, 3)
    real = forget(filled, urls=[STORY], run="f1")
    assert (real.articles, real.captures, real.records, real.segments) == (
        dry.articles,
        dry.captures,
        dry.records,
        dry.segments,
    )


def test_a_whole_outlet_goes_with_its_segments_and_no_other(filled: Archive) -> None:
    with filled.lease("post", run="r1") as lease:
        filled.commit(articles=[article(5, site="post")], captures=[capture(5, site="post")], leases=[lease])
    receipt = forget(filled, sites=["wire"], run="f1")
    assert list(filled.segments("wire")) == []
    assert receipt.articles == 4
    assert filled.tables["articles"].scan().collect()["site"].to_list() == ["post"]
    assert filled.tables["captures"].scan().collect()["site"].to_list() == ["post"]
    assert traces(filled) == []
    assert filled.decisions.blocked([url_id(f"{URL}1"), url_id(STORY)]) == {url_id(f"{URL}1"), url_id(STORY)}


def test_forgetting_the_unknown_leaves_a_tombstone(archive: Archive) -> None:
    receipt = forget(archive, urls=["https://news.example/never-seen"], run="f1")
    assert (receipt.articles, receipt.captures, receipt.records) == (0, 0, 0)
    assert archive.decisions.blocked([url_id("http://www.news.example/never-seen/")])


def test_an_outlet_being_written_is_not_touched(filled: Archive) -> None:
    with filled.lease("wire", run="r9"), pytest.raises(LeaseHeld, match="run r9"):
        forget(filled, urls=[STORY], run="f1")
    assert TITLE in traces(filled)
    assert filled.decisions.blocked([url_id(STORY)]) == set()


STEPS = ["_clear_derived", "_blank", "_take_out", "_sweep"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_cut_short_anywhere_it_is_finished_by_running_it_again(
    filled: Archive, monkeypatch: pytest.MonkeyPatch, step: str, moment: str
) -> None:
    from broadtape.archive.lifecycle import takedown

    real = getattr(takedown, step)

    def cut(*arguments: object) -> object:
        if moment == "after":
            real(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(takedown, step, cut)
        with pytest.raises(KeyboardInterrupt):
            forget(filled, urls=[STORY], run="f1")
    assert filled.decisions.blocked([url_id(STORY)])
    forget(filled, urls=[STORY], run="f2")
    assert traces(filled) == []


def test_a_reader_of_the_old_version_gets_a_sentence(filled: Archive) -> None:
    held = filled.tables["articles"].scan()
    streamed = filled.tables["articles"].scan(version=filled.tables["articles"].version())
    forget(filled, urls=[STORY], run="f1")
    for frame in (held, streamed):
        with pytest.raises(StoreError, match=r"is gone.* Read again"), reading(filled.uri):
            frame.collect()
    with reading(filled.uri):
        assert filled.tables["articles"].scan().collect().height == 2


def test_an_orphan_of_a_crashed_commit_goes_too(filled: Archive) -> None:
    from broadtape.archive.delta.schema import article_frame

    table = filled.tables["articles"]
    table.write_files(article_frame([story()], DATE))
    table.write_files(article_frame([article(3)], DATE))
    forget(filled, urls=[STORY], run="f1")
    assert traces(filled) == []
    live = set(table.paths(table.existing()))
    files = {info.key.removeprefix("articles/") for info in filled.objects.list("articles/fetched_month")}
    assert len(files - live) == 1


def test_a_segment_still_in_the_spool_is_scrubbed_before_it_is_stored(archive: Archive, spool: Path) -> None:
    segment = writer(spool)
    respond(segment, url=STORY, body=page(SECRET))
    respond(segment, url=f"{URL}1")
    segment.close()
    (path,) = spool.rglob("*.warc.gz")
    key = path.relative_to(spool).as_posix()
    original = path.read_bytes()
    forget(archive, urls=[STORY], run="f1")
    archive.put_segment(path, SegmentKey.parse(key))
    assert traces(archive) == []
    path.write_bytes(original)
    archive.put_segment(path, SegmentKey.parse(key))
    assert [r.url for r in read_segment(path) if r.type == "response"] == [f"{URL}1"]


def test_a_segment_stored_before_and_put_again_after_is_no_mismatch(filled: Archive, spool: Path) -> None:
    forget(filled, urls=[STORY], run="f1")
    for path in spool.rglob("*.warc.gz"):
        filled.put_segment(path, SegmentKey.parse(path.relative_to(spool).as_posix()))
    assert traces(filled) == []


def test_a_versioned_bucket_keeps_no_versions_of_it(moto_bucket: str, spool: Path) -> None:
    import boto3

    client = boto3.session.Session().client("s3")
    client.put_bucket_versioning(Bucket=moto_bucket, VersioningConfiguration={"Status": "Enabled"})
    archive = Archive.open(f"s3://{moto_bucket}/news", create=True)
    fill(archive, spool)
    receipt = forget(archive, urls=[STORY], run="f1")
    assert receipt.warnings == []
    said = b""
    for page_ in client.get_paginator("list_object_versions").paginate(Bucket=moto_bucket):
        for version in page_.get("Versions", []):
            data = client.get_object(Bucket=moto_bucket, Key=version["Key"], VersionId=version["VersionId"])[
                "Body"
            ].read()
            said += unzip(data) if version["Key"].endswith(".gz") else data
            if version["Key"].endswith(".parquet"):
                said += str(pl.read_parquet(data).to_dicts()).encode()
    assert [word for word in (SECRET, TITLE, STORY) if word.encode() in said] == []
