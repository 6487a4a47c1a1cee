"""A run over WARC files: which of their responses are stories of ours, and what their publishers said at the time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl

from broadtape.archive.address_lookups import blocked_at
from broadtape.archive.warc import Record, SegmentWriter, read_segment
from broadtape.capture import Listing, Note
from broadtape.errors import UndecodableBody, UsageError
from broadtape.ingest.recorded_outlets import site_by_host
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.rights.page_signals import page_signals
from broadtape.rights.robots import Robots
from broadtape.site import Site, pick_sites
from broadtape.urls import host_of
from broadtape.version import __version__

__all__ = ["BackfillRun"]

_HTML = ("text/html", "application/xhtml")
_ONE_DAY = 86400.0
"""Seconds a segment may stay open: the file is read as fast as it can be, so its size alone closes it."""


class BackfillRun(WritingRun):
    """A run that takes responses out of WARC files. Raises UsageError for a file that is not there."""

    def __init__(
        self,
        files: Sequence[str],
        *,
        sites: Sequence[str] | None = None,
        archive: str | None = None,
        config: str | None = None,
        watch: ProgressListener | None = None,
        steps: Steps | None = None,
    ) -> None:
        super().__init__(archive=archive, config=config, watch=watch, steps=steps)
        self.files = [Path(file) for file in files]
        for file in self.files:
            if not file.is_file():
                raise UsageError(f"{file}: there is no such file. Name .warc or .warc.gz files.")
        wanted = {site.name: site for site in pick_sites(self.all_sites, sites)} if sites else self.all_sites
        self._hosts = site_by_host(wanted)

    def take(self, file: Path) -> None:
        """Archives what one file holds; raises WarcError for one that is torn, after what came before is archived."""
        self.watch.step(f"reading {file.name} …")
        recorded = {robots.origin: robots for robots in _robots(file)}
        writers: dict[str, SegmentWriter] = {}
        try:
            for record in read_segment(file):
                site = self._hosts.get(host_of(record.url or ""))
                if site and record.type == "response":
                    self._consider(record, site, recorded, writers)
        finally:
            for writer in writers.values():
                writer.close()

    def _consider(
        self, record: Record, site: Site, recorded: dict[str, Robots], writers: dict[str, SegmentWriter]
    ) -> None:
        url, http = record.url or "", record.http
        if http is None or http.status != 200 or not (http.content_type or "").lower().startswith(_HTML):
            return
        report = self.report.outlet(site.name)
        report.discovered += 1
        refused = self._refusal(record, site, recorded)
        if refused:
            report.skipped[refused] += 1
        elif self._held(record, site):
            report.unchanged += 1
        else:
            self._write(record, site, url, recorded, writers)

    def _refusal(self, record: Record, site: Site, recorded: dict[str, Robots]) -> str | None:
        """Why the response is not archived: no story, robots.txt or noarchive in the recording, or forgotten here."""
        url, http = record.url or "", record.http
        assert http is not None
        if site.not_article_reason(url):
            return "pattern"
        robots = recorded.get(_origin(url))
        if robots and robots.refusal(url, self.settings.user_agent, granted=bool(site.allow_robots_token)):
            return "robots"
        if blocked_at(self.archive.decisions, [url], site.address_rules):
            return "forgotten"
        try:
            html = http.content(self.settings.max_decompressed_bytes)
        except UndecodableBody as error:
            return f"body: {error.reason}"
        signals = page_signals(http.headers, html, self.settings.user_agent)
        return "rights: noarchive" if signals.noarchive else None

    def _held(self, record: Record, site: Site) -> bool:
        """Whether these very bytes, of this very moment, are in the archive already."""
        http = record.http
        assert http is not None
        asked = (
            pl.col("site") == site.name,
            pl.col("fetched_at") == record.date,
            pl.col("payload_sha256") == http.payload_sha256,
        )
        found = self.archive.tables["captures"].read(lambda rows: rows.filter(*asked).select("site").head(1))
        return not found.is_empty()

    def _write(
        self, record: Record, site: Site, url: str, recorded: dict[str, Robots], writers: dict[str, SegmentWriter]
    ) -> None:
        http = record.http
        assert http is not None
        if site.name not in writers:
            self.lease(site.name)
            writers[site.name] = self._writer(site)
        robots = recorded.get(_origin(url))
        note = Note(
            "fetch",
            site.name,
            self.id,
            url=url,
            status=http.status,
            listing=Listing(url, via="backfill"),
            etag=http.header("ETag"),
            last_modified=http.header("Last-Modified"),
            rights=_rights(robots, page_signals(http.headers, http.content(), self.settings.user_agent).reserved),
            rights_checked_at=robots.checked_at if robots else None,
            source="backfill",
        )
        writers[site.name].response(
            url=url, status=http.status, reason=http.reason, headers=http.headers, body=http.body, date=record.date,
            note=note,
        )  # fmt: skip

    def _writer(self, site: Site) -> SegmentWriter:
        info = {"software": f"broadtape/{__version__}", "description": "backfill", "format": "WARC File Format 1.1"}
        return SegmentWriter(
            self.spool.folder,
            site=site.name,
            run=self.id,
            info=info,
            max_bytes=self.settings.segment_bytes,
            max_seconds=_ONE_DAY,
            on_closed=self._publish,
        )

    def _publish(self, path: Path) -> None:
        self.commit([self.prepare(path, self.spool)])
        self.spool.drop(path)


def _robots(file: Path) -> Iterator[Robots]:
    for record in read_segment(file):
        parts = urlsplit(record.url or "")
        if record.type == "response" and parts.path == "/robots.txt" and record.http:
            yield Robots.answered(_origin(record.url or ""), record.http.status, record.http.body, record.date)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{host_of(url)}"


def _rights(robots: Robots | None, reserved: bool) -> str:
    if reserved:
        return "reserved"
    return "allowed" if robots else "unknown"
