"""A run over recordings: which of their responses are stories of ours, and what their publishers said at the time.

A file is read once, from its beginning to its end. Pages are judged a batch at a time, by every robots.txt of the
recording that was met by then: before a page, or a little behind it. One that comes later holds for what follows; how
many stories were taken that it forbids is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from urllib.parse import urlsplit

from broadtape.archive.warc import Damage, Head, Record, scan
from broadtape.errors import UsageError, WarcError
from broadtape.ingest.recorded_outlets import site_by_host
from broadtape.ingest.recorded_pages import (
    LeftOut,
    RecordedPage,
    forbidden,
    origin_of,
    recorded_page,
    signals_of,
)
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.recordings.ledger import forgotten_pages, held_pages, said_already
from broadtape.jobs.recordings.reading import Reading, Remark
from broadtape.jobs.recordings.segments import RecordingSegments
from broadtape.jobs.steps import Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.monitoring.run_report import kind, plural
from broadtape.outlets import pick_sites
from broadtape.rights.robots import Robots
from broadtape.times import utcnow
from broadtape.urls import host_of

__all__ = ["BackfillRun"]

_TYPES = {"response", "revisit", "resource"}
"""Records that can hold a page; `revisit` and `resource` are only counted."""
_SHOWN = 3
"""Damaged records that are named on the terminal; the ledger names more."""


class BackfillRun(WritingRun):
    """A run that takes responses out of recordings. Raises UsageError for a file that is not there."""

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
                raise UsageError(f"{file}: there is no such file. Name .warc, .warc.gz, .arc.gz or .wacz files.")
        if not sites:
            self.all_sites.require_all()  # whose pages would be passed over as nobody's
        wanted = {site.name: site for site in pick_sites(self.all_sites, sites)} if sites else self.all_sites
        self._hosts = site_by_host(wanted)

    def take(self, file: Path) -> None:
        """Archives what one file holds. What is damaged in it is passed over and told; the report says so, too."""
        self.watch.step(f"reading {file.name} …")
        reading, segments = Reading(file), self._segments
        try:
            try:
                self._read(reading, segments)
            except WarcError as error:
                reading.unreadable(error)
            self._judge(reading, segments)
            self._tell(reading, segments)
        finally:
            segments.close()

    @cached_property
    def _segments(self) -> RecordingSegments:
        """Those of all files, and of a file that is tried again: what is published has taken its number for good."""
        return RecordingSegments(
            self.spool.folder,
            run=self.id,
            max_bytes=self.settings.segment_bytes,
            lease=self.lease,
            publish=self._publish,
        )

    def _read(self, reading: Reading, segments: RecordingSegments) -> None:
        for found in scan(reading.file, partial(self._wanted, reading)):
            if isinstance(found, Damage):
                self._damaged(found, reading)
            elif _path_of(found.url or "") == "/robots.txt":
                self._met_robots(found, reading)
            else:
                self._met(found, reading)
            if reading.full:
                self._judge(reading, segments)

    def _wanted(self, reading: Reading, head: Head) -> bool:
        reading.records += 1
        return head.type in _TYPES and host_of(head.url or "") in self._hosts

    def _damaged(self, damage: Damage, reading: Reading) -> None:
        reading.spoilt(damage)
        site = self._hosts.get(host_of(damage.url or ""))
        if site and damage.url and not site.not_article_reason(damage.url):
            reading.remarks.append(Remark(site, damage.url, f"damaged record: {damage.reason}", None, damage.offset))

    def _met_robots(self, record: Record, reading: Reading) -> None:
        if record.type == "response" and record.http and not record.cut:
            origin = origin_of(record.url or "")
            reading.robots[origin] = Robots.answered(origin, record.http.status, record.http.body, record.date)

    def _met(self, record: Record, reading: Reading) -> None:
        site = self._hosts[host_of(record.url or "")]
        page = recorded_page(record, site)
        report = self.report.outlet(site.name)
        if isinstance(page, RecordedPage):
            report.discovered += 1
            reading.add(page)
        elif page.told:
            report.discovered += 1
            reading.remark(record, site, page)
        else:
            report.skipped[kind(page.reason)] += 1

    def _judge(self, reading: Reading, segments: RecordingSegments) -> None:
        """Archives what waits, or says why not; each thing is looked up once for all of it."""
        pages, remarks = reading.batch()
        blocked = forgotten_pages(self.archive, pages)
        held = held_pages(self.archive, pages)
        for page in pages:
            if (page.site.name, page.record.date, page.http.payload_sha256) in held:
                self.report.outlet(page.site.name).unchanged += 1
            elif left := self._take(page, reading, segments, forgotten=page.url in blocked):
                reading.remark(page.record, page.site, left)
        self._remark([*remarks, *reading.batch()[1]], reading.file.name, segments)

    def _take(
        self, page: RecordedPage, reading: Reading, segments: RecordingSegments, *, forgotten: bool
    ) -> LeftOut | None:
        token = self.settings.user_agent
        left = forbidden(page.url, page.site, reading.robots, token)
        if left or forgotten:
            return left or LeftOut("forgotten")
        signals = signals_of(page, self.settings.max_decompressed_bytes, token)
        if isinstance(signals, LeftOut):
            return signals
        segments.story(page, signals, reading.robots_of(page.url))
        reading.taken.append((page.site, page.url))
        return None

    def _remark(self, remarks: Iterable[Remark], name: str, segments: RecordingSegments) -> None:
        """Counts what is left out, and has the ledger say so where it does not yet; nothing of what was forgotten."""
        by_site: dict[str, list[Remark]] = defaultdict(list)
        for remark in remarks:
            by_site[remark.site.name].append(remark)
        for site, found in by_site.items():
            told = [remark for remark in found if remark.reason != "forgotten"]
            said = said_already(self.archive, found[0].site, ((remark.url, remark.reason) for remark in told))
            for remark in found:
                if remark in told and (remark.url, remark.reason) not in said:
                    where = {"file": name, "offset": remark.offset}
                    segments.left_out(remark.site, remark.url, remark.reason, status=remark.status, where=where)
                else:
                    self.report.outlet(site).skipped[kind(remark.reason)] += 1

    def _tell(self, reading: Reading, segments: RecordingSegments) -> None:
        """What was wrong with the file, to whoever watches, the report and the ledger."""
        name, late = reading.file.name, reading.too_late(self.settings.user_agent)
        if not reading.records and reading.ended is None:
            reading.ended = f"{name}: holds no WARC record that can be read."
        told = [f"offset {each.offset:,}: {each.reason}" for each in reading.damage]
        reasons = []
        if told:
            more = f"; and {reading.damaged - _SHOWN:,} more" if reading.damaged > _SHOWN else ""
            reasons.append(f"{plural(reading.damaged, 'record')} passed over, {'; '.join(told[:_SHOWN])}{more}")
            self.report.damaged[name] = told
        if late:
            reasons.append(
                f"{plural(late, 'story')} taken that a robots.txt further on forbids: see 'broadtape forget'"
            )
        if reading.ended:
            self.report.unread[name] = reading.ended
        if not reasons and not reading.ended:
            return
        for reason in reasons:
            self.watch.step(f"{name}: {reason}")
        reason = "; ".join(reasons) or reading.ended or ""
        segments.about_file(name, reason, reading.as_detail() | {"late": late}, at=utcnow())

    def _publish(self, path: Path) -> None:
        self.commit([self.prepare(path, self.spool)])
        self.spool.drop(path)


def _path_of(url: str) -> str:
    """The path of an address; empty where it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
