"""A run over recordings: which of their responses are stories of ours, and what their publishers said at the time.

Recordings are surveyed stretch by stretch; pages are judged a batch at a time, by every robots.txt of the recording
that was met by then: before a page, or a little behind it. One that comes later holds for what follows; how many
stories were taken that it forbids is told. What is to be taken is made into articles part by part, several at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import groupby

from broadtape.archive.recordings import Recording
from broadtape.archive.scratch import scratch
from broadtape.errors import StoreError
from broadtape.ingest.engines.engine import Engine
from broadtape.ingest.engines.over import AHEAD
from broadtape.ingest.recorded_pages import forbidden
from broadtape.ingest.recorded_part import SET_ASIDE, Chosen, PartWork, Taken
from broadtape.ingest.survey import MetPage, Survey, Unusable
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.recordings.damage import passed_over
from broadtape.jobs.recordings.files import Origin, recordings
from broadtape.jobs.recordings.intake import Intake
from broadtape.jobs.recordings.ledger import forgotten_pages, held_pages, said_already
from broadtape.jobs.recordings.pace import Pace
from broadtape.jobs.recordings.read_before import ReadBefore
from broadtape.jobs.recordings.reading import Reading
from broadtape.jobs.recordings.surveys import surveys
from broadtape.jobs.steps import Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.monitoring.run_report import kind, plural
from broadtape.site.outlets import pick_sites

__all__ = ["BackfillRun"]

_PART, _SHARED_PART = 25, 1000
"""Pages of a part: a second's work. More where each part means to read the file from its beginning."""
_HERE = Origin()


class BackfillRun(WritingRun):
    """A run that takes responses out of recordings. Raises UsageError for one that is not there."""

    def __init__(
        self,
        files: Sequence[str],
        *,
        sites: Sequence[str] | None = None,
        archive: str | None = None,
        config: str | None = None,
        watch: ProgressListener | None = None,
        steps: Steps | None = None,
        engine: str | None = None,
        origin: Origin = _HERE,
    ) -> None:
        super().__init__(archive=archive, config=config, watch=watch, steps=steps, engine=engine)
        self._origin, self.found = origin, recordings(files, origin)
        self.report.unread.update(self.found.unread)
        if not sites:
            self.all_sites.require_all()  # whose pages would be passed over as nobody's
        self._chosen = tuple(site.name for site in pick_sites(self.all_sites, sites)) if sites else None
        self._pace = Pace(self.watch, self.found.files)

    def take(self, engine: Engine) -> None:
        """Archives what the files hold. What is damaged in them is passed over and told; the report says so, too, and
        which outlets other runs were writing for all that time."""
        sites = [self.all_sites[name] for name in self._chosen or self.all_sites]
        read_before = ReadBefore(self.archive, sites)
        intake = Intake(self, read_before)
        files = self._unread(read_before)
        try:
            with scratch("recordings") as copies:
                for reading, part in self._done(surveys(engine, files, self._chosen, copies), engine, intake):
                    for taken in part:
                        self._taken(taken, reading, intake)
                    self._pace.part(len(part))
                    intake.publish_if_due()
            busy = intake.finish(self.settings.work.patience)
        finally:
            intake.close()
        for site, why in busy.items():
            self.report.outlet(site).busy = why

    def _unread(self, read_before: ReadBefore) -> Iterator[Recording]:
        """The files, but for those that an earlier run read to their ends; how many these are is told."""
        passed = 0
        for file in self.found.files:
            if not self._origin.again and read_before.holds(file):
                passed += 1
                self._pace.passed(file)
            else:
                yield file
        if passed:
            self.watch.step(f"{plural(passed, 'recording')} read to the end before, and not read again: see --again")

    def _done(
        self, met: Iterable[tuple[Recording, Survey]], engine: Engine, intake: Intake
    ) -> Iterator[tuple[Reading, list[Taken]]]:
        """The parts of all files as they are done, in no order."""
        under_way: dict[Future[list[Taken]], Reading] = {}

        def some(most: int) -> Iterator[tuple[Reading, list[Taken]]]:
            while len(under_way) > most:
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    reading = under_way.pop(future)
                    try:
                        yield reading, future.result()
                    except StoreError as lost:  # of where the recording lies, not of the archive
                        self._lost(reading, f"{SET_ASIDE}: {lost}")
                    reading.under_way -= 1
                    self._tell_if_done(reading, intake)

        for reading, part in self._parts(met, intake):
            reading.under_way += 1
            under_way[engine.submit(part)] = reading
            yield from some(engine.slots * AHEAD)
        yield from some(0)

    def _lost(self, reading: Reading, why: str) -> None:
        """Sets a part aside; the report says so, and whoever runs this again has it tried again."""
        reading.ended = f"{reading.file.name}: not all of it could be taken: {why.rstrip('.')}. Run it again."

    def _parts(self, met: Iterable[tuple[Recording, Survey]], intake: Intake) -> Iterator[tuple[Reading, PartWork]]:
        """What is to be taken, in the order of the files."""
        for file, found in groupby(met, key=lambda pair: pair[0]):
            reading = Reading(file)
            self._pace.begin(file)
            for _, survey in found:
                reading.meet(survey)
                self._pace.read(survey)
                if reading.full:
                    yield from self._judged(reading, intake)
                intake.publish_if_due()
            yield from self._judged(reading, intake)
            reading.surveyed = True
            self._tell_if_done(reading, intake)

    def _judged(self, reading: Reading, intake: Intake) -> Iterator[tuple[Reading, PartWork]]:
        """Of what waits what is to be taken; each thing is looked up once for all of it."""
        pages, unusable = reading.batch()
        self._count_met(pages, unusable)
        blocked = forgotten_pages(self.archive, pages, self.all_sites)
        held = held_pages(self.archive, pages)
        chosen, left = [], [each for each in unusable if each.told]
        for page in pages:
            if (page.site, page.date, page.payload_sha256) in held:
                self.report.outlet(page.site).unchanged += 1
            elif why := self._refusal(page, reading, forgotten=(page.site, page.url) in blocked):
                left.append(_left(page, why))
            else:
                chosen.append(self._chosen_page(page, reading))
        self._remark(left, reading, intake)
        for part in _in_parts(chosen):
            learnt = {site: self.cleaners.learnt(site) for site in {each.page.site for each in part}}
            timeout = self.settings.page_timeout
            yield reading, PartWork(reading.file, part, self.id, self.settings.user_agent, timeout, learnt)

    def _count_met(self, pages: Sequence[MetPage], unusable: Sequence[Unusable]) -> None:
        for page in pages:
            self.report.outlet(page.site).discovered += 1
        for each in unusable:
            report = self.report.outlet(each.site)
            if not each.told:
                report.skipped[kind(each.reason)] += 1
            elif not each.reason.startswith("damaged record"):
                report.discovered += 1

    def _refusal(self, page: MetPage, reading: Reading, *, forgotten: bool) -> str | None:
        left = forbidden(page.url, self.all_sites[page.site], reading.robots, self.settings.user_agent)
        return left.reason if left else "forgotten" if forgotten else None

    def _chosen_page(self, page: MetPage, reading: Reading) -> Chosen:
        robots = reading.robots_of(page.url)
        return Chosen(page, "allowed", robots.checked_at) if robots else Chosen(page)

    def _taken(self, taken: Taken, reading: Reading, intake: Intake) -> None:
        if taken.left:
            if taken.left.reason.startswith(SET_ASIDE):
                self._lost(reading, f"{taken.page.url}: {taken.left.reason}")
            self._remark([_left(taken.page, taken.left.reason)], reading, intake)
            return
        reading.taken.append((self.all_sites[taken.page.site], taken.page.url))
        intake.page(taken)

    def _remark(self, left: Iterable[Unusable], reading: Reading, intake: Intake) -> None:
        """Counts what is left out, and has the ledger say so where it does not yet; nothing of what was forgotten."""
        by_site: dict[str, list[Unusable]] = defaultdict(list)
        for each in left:
            by_site[each.site].append(each)
        for site, found in by_site.items():
            told = [each for each in found if each.reason != "forgotten"]
            said = said_already(self.archive, self.all_sites[site], ((each.url, each.reason) for each in told))
            for each in found:
                if each in told and (each.url, each.reason) not in said:
                    intake.left_out(each, reading.file.name)
                else:
                    self.report.outlet(site).skipped[kind(each.reason)] += 1

    def _tell_if_done(self, reading: Reading, intake: Intake) -> None:
        """What was wrong with the file, to whoever watches, the report and the ledger."""
        if not reading.done:
            return
        reading.file.drop_copy()
        name, late = reading.file.name, reading.too_late(self.settings.user_agent)
        if not reading.records and reading.ended is None:
            reading.ended = f"{name}: holds no WARC record that can be read."
        reasons = []
        if reading.damage:
            reasons.append(passed_over(self.report, name, reading.damage, reading.damaged))
        if late:
            reasons.append(
                f"{plural(late, 'story')} taken that a robots.txt further on forbids: see 'broadtape forget'"
            )
        if reading.ended:
            self.report.unread[name] = reading.ended
        else:
            intake.whole(reading.file)
        if not reasons and not reading.ended:
            return
        for reason in reasons:
            self.watch.step(f"{name}: {reason}")
        reason = "; ".join(reasons) or reading.ended or ""
        intake.about_file(name, reason, reading.as_detail() | {"late": late})


def _left(page: MetPage, reason: str) -> Unusable:
    return Unusable(page.place, page.site, page.url, reason, page.status)


def _in_parts(chosen: Sequence[Chosen]) -> Iterator[tuple[Chosen, ...]]:
    apart = [each for each in chosen if each.page.place.length]
    shared = [each for each in chosen if not each.page.place.length]
    for pages, size in ((apart, _PART), (shared, _SHARED_PART)):
        for start in range(0, len(pages), size):
            yield tuple(pages[start : start + size])
