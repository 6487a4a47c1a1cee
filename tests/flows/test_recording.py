"""A recorded piece of the web, replayed through the crawler and taken in directly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.archive.warc import SegmentWriter
from broadtape.capture import Listing, Note
from broadtape.times import parse_time
from tests.flows.conftest import Heard, RunFlow

SHARED = Path(__file__).parents[3] / "shared"
RECORDING = SHARED / "replay" / "newswire.warc.gz"
CONFIG = Path(__file__).parents[2] / "config"
shared = [pytest.mark.shared, pytest.mark.skipif(not RECORDING.exists(), reason="the recorded newswire is not here")]


def articles(archive: Path) -> dict[str, broadtape.Article]:
    return {article.url: article for article in broadtape.open(str(archive)).articles()}


@pytest.fixture
def take(prefect_server: str, spool: Path) -> Any:
    """Runs `backfill` in this process."""

    def run(archive: Path, *files: Path, config: Path = CONFIG) -> Any:
        from flows.here import run_here

        heard = Heard()
        parameters = {"files": [str(file) for file in files], "archive": str(archive), "config": str(config)}
        run_here("backfill", parameters, heard)
        return heard.report

    return run


class TestNewswire:
    pytestmark = shared

    def test_a_replay_archives_what_the_recording_lists(self, crawl: RunFlow, take: Any, tmp_path: Path) -> None:
        report = crawl(None, tmp_path / "replay", replay=str(RECORDING), config=str(CONFIG))

        found = articles(tmp_path / "replay")
        listed = json.loads((RECORDING.parent / "index.json").read_text())
        rows = Archive.open(str(tmp_path / "replay")).tables["captures"].scan().collect()
        reasons = dict(rows.filter(pl.col("url").is_not_null()).select("url", "reason").iter_rows())
        for outlet in listed:
            for url in outlet["articles"]:
                refused = reasons.get(url) or ("robots" if outlet["site"] == "reuters" else "")
                assert (url in found) != bool(refused), url
                assert refused.split(":")[0] in {"", "robots", "rights", "pattern"}, url
        assert report.troubles == {}
        assert not any(article.site == "reuters" for article in found.values())
        assert rows.filter(pl.col("site") == "reuters", pl.col("reason") == "robots").height
        assert {a.fetched_at for a in found.values()} == {parse_time("2026-11-20T09:00:00Z")}
        assert {a.source for a in found.values()} == {"replay"}

        take(tmp_path / "backfill", RECORDING)
        direct = articles(tmp_path / "backfill")
        assert {url: a.text for url, a in direct.items()} == {url: a.text for url, a in found.items()}


class TestBackfill:
    @pytest.fixture
    def recording(self, tmp_path: Path) -> Path:
        """Two pages of one invented story, a page its robots.txt forbids, and one that asks not to be kept."""
        return write_recording(tmp_path)

    @pytest.fixture
    def config(self, tmp_path: Path) -> Path:
        folder = tmp_path / "config"
        (folder / "sites").mkdir(parents=True)
        (folder / "broadtape.toml").write_text("")
        (folder / "sites" / "quayside.yaml").write_text(
            "title: Quayside\nhomepage: https://quayside.example/\nhosts: [quayside.example]\n"
            "article_patterns: ['/news/']\nenabled: false\nreason_disabled: only recorded\n"
        )
        return folder

    def test_takes_stories_at_their_own_times_and_obeys_the_recording(
        self, recording: Path, config: Path, take: Any, tmp_path: Path
    ) -> None:
        report = take(tmp_path / "archive", recording, config=config)
        outlet = report.outlet("quayside")
        assert (outlet.archived, outlet.revisions) == (1, 1)
        assert outlet.skipped == {"robots": 1, "rights: noarchive": 1, "pattern": 1}
        (first, second) = broadtape.open(str(tmp_path / "archive")).articles(revisions=True)
        assert [first.revision, second.revision] == [1, 2]
        assert second.fetched_at == parse_time("2026-03-02T00:00:00Z")
        assert first.source == "backfill"

    def test_done_twice_it_adds_nothing(self, recording: Path, config: Path, take: Any, tmp_path: Path) -> None:
        take(tmp_path / "archive", recording, config=config)
        before = list(broadtape.open(str(tmp_path / "archive")).articles(revisions=True))
        report = take(tmp_path / "archive", recording, config=config)
        assert list(broadtape.open(str(tmp_path / "archive")).articles(revisions=True)) == before
        assert report.outlet("quayside").unchanged == 2


def write_recording(folder: Path) -> Path:
    closed: list[Path] = []
    writer = SegmentWriter(folder / "made", site="x", run="r", info={}, on_closed=closed.append)

    def add(url: str, body: str, date: str, kind: str = "text/html") -> None:
        note = Note("fetch", "x", "r", url=url, listing=Listing(url))
        headers = [(b"Content-Type", kind.encode())]
        writer.response(
            url=url, status=200, reason="OK", headers=headers, body=body.encode(), date=parse_time(date), note=note
        )

    base = "https://quayside.example"
    add(f"{base}/robots.txt", "User-agent: *\nDisallow: /news/members/\n", "2026-03-01", "text/plain")
    add(f"{base}/news/harbour-dues", page("Harbour dues to rise by a tenth"), "2026-03-01")
    add(f"{base}/news/harbour-dues", page("Harbour dues to rise by a fifth"), "2026-03-02")
    add(f"{base}/news/members/ledger", page("What members read"), "2026-03-01")
    add(f"{base}/news/brief", page("A brief not to be kept", '<meta name="robots" content="noarchive">'), "2026-03-01")
    add(f"{base}/about", page("About the Quayside"), "2026-03-01")
    writer.close()
    return closed[0]


def page(title: str, head: str = "") -> str:
    body = "".join(
        f"<p>{title}, the harbour board said on {day}, after months of talk with the carriers that berth there.</p>"
        for day in ("Monday", "Tuesday", "Wednesday", "Thursday")
    )
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )
