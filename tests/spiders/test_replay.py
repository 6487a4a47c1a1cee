"""Recordings answer in place of the network: our own segments, and a recorded piece of the real web."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawl_lab import STORY, Reply, commit, crawl, gzipped, job_of, outlet, rss, served

from broadtape.archive.warc import SegmentWriter, read_segment
from broadtape.capture import Note
from broadtape.site import Site
from broadtape.site.outlets import load_sites
from spiders.download.replay import Recording

_CHECKOUT = Path(__file__).parents[2]
_SHARED = _CHECKOUT.parent / "shared" / "replay"
_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
_BASE = "https://www.tin.example"
_SITE = Site(
    name="tin",
    title="Tin",
    homepage=f"{_BASE}/",
    hosts=("www.tin.example",),
    feeds=({"url": f"{_BASE}/feed"},),  # type: ignore[arg-type]
    access="metadata",
    exclude_patterns=("/video/",),
)


def _record(folder: Path, pages: dict[str, Reply], *, robots: bytes | None = b"") -> Path:
    closed: list[Path] = []
    writer = SegmentWriter(folder, site="tin", run="r", info={}, on_closed=closed.append)
    if robots is not None:
        pages = {"/robots.txt": Reply(robots), **pages}
    for path, reply in pages.items():
        headers = [(name.encode(), value.encode()) for name, value in reply.headers.items()]
        writer.response(
            url=_BASE + path, status=reply.status, reason="", headers=headers, body=reply.body, date=_AT,
            note=Note("fetch", "tin", "r", url=_BASE + path),
        )  # fmt: skip
    writer.close()
    return closed[0]


def test_a_recording_is_crawled_as_the_web_would_be(tmp_path: Path) -> None:
    paths = ["/a", "/b", "/c", "/video/1", "/d", "/e", "/f"]
    recording = _record(
        tmp_path / "recorded",
        {
            "/feed": Reply(rss(_BASE, paths)),
            "/a": Reply(gzipped(STORY), headers={"Content-Encoding": "gzip"}),
            "/b": Reply(STORY, headers={"Content-Encoding": "gzip"}),  # a crawler decoded it and left the header
            "/c": Reply(b"", 302, {"Location": "/c2"}),
            "/c2": Reply(),
            "/d": Reply(headers={"X-Robots-Tag": "noarchive"}),
            "/e": Reply(headers={"TDM-Reservation": "1"}),
        },
    )
    crawled = crawl(job_of(tmp_path, _SITE, replay=recording, limits={"contact": None}))
    assert crawled.told("tin") == {
        "/a": (None, None),
        "/b": (None, None),
        "/c": (None, None),
        "/video/1": ("skipped", "pattern: excluded: /video/"),
        "/d": ("skipped", "rights: noarchive"),
        "/e": (None, None),
        "/f": ("failed", "not in the recording"),
    }
    notes = {n.url: n for n in crawled.notes("tin")}
    assert notes[f"{_BASE}/a"].rights == "allowed"
    assert notes[f"{_BASE}/e"].rights == "reserved"
    assert {n.source for n in notes.values()} == {"replay"}
    assert {n.access for n in notes.values()} == {"full"}
    assert {n.listing.first_listed_at for n in notes.values() if n.listing} == {_AT}
    assert {r.date for r in crawled.responses("tin")} == {_AT}
    assert crawled.ends["tin"].state is None
    commit(tmp_path, crawled)
    again = crawl(job_of(tmp_path, _SITE, replay=recording, run="again"))
    assert again.told("tin") == {}


@pytest.mark.parametrize(
    ("robots", "told"),
    [(b"User-agent: *\nDisallow: /", {"/feed": ("skipped", "robots")}), (None, {"/a": (None, None)})],
)
def test_a_recorded_robots_holds_and_a_missing_one_does_not(tmp_path: Path, robots: bytes | None, told: object) -> None:
    pages = {"/feed": Reply(rss(_BASE, ["/a"])), "/a": Reply()}
    recording = _record(tmp_path / "recorded", pages, robots=robots)
    crawled = crawl(job_of(tmp_path, _SITE, replay=recording))
    assert crawled.told("tin") == told
    assert {n.rights for n in crawled.notes("tin")} == {"unknown"}


def test_our_own_segments_can_be_replayed(tmp_path: Path) -> None:
    with served() as server:
        server.routes |= {"/feed": Reply(rss(server.base, ["/a"])), "/a": Reply()}
        site = outlet("own", server)
        crawl(job_of(tmp_path / "live", site))
    (segment,) = (tmp_path / "live").rglob("site=own/**/*.warc.gz")
    crawled = crawl(job_of(tmp_path / "again", site, replay=segment, urls=(f"{server.base}/a",)))
    assert crawled.told("own") == {"/a": (None, None)}


def test_recordings_need_no_compression(tmp_path: Path) -> None:
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(_record(tmp_path, {"/a": Reply()}).read_bytes()))
    recording = Recording(plain, {"www.tin.example"})
    taken = recording.find(f"{_BASE}/a")
    assert taken is not None
    assert (taken.http.body, taken.date) == (STORY, _AT)
    assert recording.find(f"{_BASE}/a/?utm_source=x") is not None
    assert recording.find(f"{_BASE}/b") is None
    recording.close()
    assert Recording(plain, {"elsewhere.example"}).find(f"{_BASE}/a") is None


@pytest.mark.shared
def test_the_recorded_newswire_is_crawled_at_its_real_addresses(tmp_path: Path) -> None:
    recording = _SHARED / "newswire.warc.gz"
    if not recording.is_file():
        pytest.skip(f"{recording} is not there")
    index = json.loads((_SHARED / "index.json").read_text())
    sites = load_sites(_CHECKOUT / "config" / "sites")
    crawled = crawl(job_of(tmp_path, *(sites[entry["site"]] for entry in index), replay=recording))
    pages = {r.url: r.http for r in read_segment(recording) if r.http}
    for entry in index:
        notes = {note.url: note for note in crawled.notes(entry["site"])}
        if entry["site"] == "reuters":
            assert {note.reason for note in notes.values()} == {"robots"}
            assert crawled.responses("reuters")[1:] == []  # its robots.txt alone
            continue
        for url in entry["articles"]:
            note, page = notes[url], pages[url]
            if note.outcome is not None:
                held_back = b"noarchive" in page.body or "no article pattern" in (note.reason or "")
                assert (note.outcome, held_back) == ("skipped", True), (url, note.reason)
    failed = [note.reason for note in crawled.notes("cnbc") if note.outcome == "failed"]
    assert failed == ["404"]
    assert crawled.status == 0
    assert not any(end.trouble for end in crawled.ends.values())
