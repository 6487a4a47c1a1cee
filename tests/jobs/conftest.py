"""Jobs run as plain functions: no scheduler, and no crawl but where one is what is tested."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from broadtape.archive import Archive
from broadtape.archive.warc import SegmentWriter
from broadtape.capture import Capture, Listing, Note
from broadtape.ingest.segment import sightings
from broadtape.jobs.writing_run import WritingRun
from broadtape.learnt_rules import LearntRule, LearntRules
from broadtape.times import utcnow
from broadtape.urls import url_id

SITE = "quayside"
BASE = "https://quayside.example/news"
PLEA = "Readers who want the tide tables on paper may ask for them at the harbour office."
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday")


def page(title: str) -> bytes:
    """A story that ends in a line which general rules do not know."""
    told = [f"{title}, the board said on {day}, after months of talk with carriers that berth there." for day in DAYS]
    lines = "".join(f"<p>{line}</p>" for line in [*told, PLEA])
    head = f"<html><head><title>{title}</title></head>"
    return f"{head}<body><article><h1>{title}</h1>{lines}</article></body></html>".encode()


@dataclass(frozen=True)
class House:
    """One configured outlet and where its archives lie."""

    folder: Path
    config: Path

    def archive(self, name: str = "archive") -> Archive:
        """An archive of that name, made when first asked for."""
        return Archive.open(str(self.folder / name), create=True)

    def learn(self, archive: Archive) -> LearntRules:
        """The outlet's last line, learnt."""
        now = utcnow()
        rule = LearntRule(pattern=PLEA, evidence="margin", count=9, pages=12, days=9, first_seen=now, last_seen=now)
        rules = LearntRules(site=SITE, learnt_at=now, rules=(rule,))
        archive.rules.put_in_force(rules)
        return rules

    def crawled(self, archive: Archive, *titles: str) -> str:
        """Publishes pages as a crawl does; gives the run."""
        with WritingRun(archive=archive.uri, config=str(self.config)) as run:
            run.lease(SITE)
            (path,) = segment(run, titles)
            run.commit([run.prepare(path, run.spool)])
            run.spool.drop(path)
        return run.id

    def held_back(self, archive: Archive, *titles: str) -> list[str]:
        """The same pages as a run leaves them that holds them back; gives their addresses."""
        with WritingRun(archive=archive.uri, config=str(self.config)) as run:
            lease = run.lease(SITE)
            (path,) = segment(run, titles)
            key = run.spool.key_of(path)
            run.archive.put_segment(path, key)
            rows = [
                Capture(
                    site=SITE, run=run.id, url=sighting.url, url_id=url_id(sighting.url or ""), outcome="quarantined",
                    reason="drift: they all say the same", fetched_at=sighting.date, source="crawl", status=200,
                    warc_file=str(key), warc_offset=sighting.offset, warc_length=sighting.length,
                )
                for sighting in sightings(path)
            ]  # fmt: skip
            run.archive.commit(articles=[], captures=rows, leases=[lease])
            run.spool.drop(path)
        return [row.url or "" for row in rows]


def segment(run: WritingRun, titles: tuple[str, ...]) -> list[Path]:
    """A segment with a page for each title, closed in the run's spool."""
    closed: list[Path] = []
    writer = SegmentWriter(run.spool.folder, site=SITE, run=run.id, info={}, on_closed=closed.append)
    for title in titles:
        url = f"{BASE}/{title.lower().replace(' ', '-')}"
        note = Note("fetch", SITE, run.id, url=url, status=200, listing=Listing(url))
        headers = [(b"Content-Type", b"text/html")]
        writer.response(url=url, status=200, reason="OK", headers=headers, body=page(title), date=utcnow(), note=note)
    writer.close()
    return closed


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("BROADTAPE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("BROADTAPE_WORKERS", "1")
    config = tmp_path / "config"
    (config / "sites").mkdir(parents=True)
    (config / "broadtape.toml").write_text("")
    (config / "sites" / f"{SITE}.yaml").write_text(
        "title: Quayside\nhomepage: https://quayside.example/\nhosts: [quayside.example]\n"
        "article_patterns: ['/news/.+']\nfeeds: ['https://quayside.example/feed']\n"
    )
    return House(tmp_path, config)
