"""What is taken of recordings, gathered over files and outlets into segments and committed while reading goes on.

Commits to one table's log do not get faster with more writers, so there are few of them: one for some hundred rows, or
for half a minute.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Any

from broadtape import __version__
from broadtape.archive.recordings import Recording
from broadtape.archive.warc import SegmentWriter
from broadtape.archive.warc.record import note_member
from broadtape.article import Article
from broadtape.capture import Listing, Note
from broadtape.ingest.drafts import CleanedSegment
from broadtape.ingest.page_job import Refusal
from broadtape.ingest.publish import Published
from broadtape.ingest.recorded_part import Taken
from broadtape.ingest.segment import Sighting
from broadtape.ingest.survey import Unusable
from broadtape.jobs.leased_commits import Closed, LeasedCommits
from broadtape.jobs.recordings.read_before import ReadBefore
from broadtape.jobs.writing_run import WritingRun
from broadtape.times import utcnow

__all__ = ["RECORDINGS", "Intake"]

RECORDINGS = "_recordings"
"""The pseudo-outlet of what the ledger says of a recording as a whole."""
_ROWS, _SECONDS = 500, 30.0
"""Rows that are committed together, and how long fewer wait at the most."""
_AHEAD = 4
"""Times as many rows may be gathered while others are being committed."""
_ONE_DAY = 86400.0
"""Seconds a segment may stay open: the next commit closes it."""

_Found = tuple[Sighting, Article | Refusal | None]


class Intake:
    """The run's open segments, one for each outlet that is met, and the commits of what was closed."""

    def __init__(self, run: WritingRun, read_before: ReadBefore) -> None:
        self._run, self._read_before = run, read_before
        self._commits = LeasedCommits(run, self._done)
        self._open: dict[str, SegmentWriter] = {}
        self._found: dict[Path, list[_Found]] = {}
        self._closed: list[Closed] = []
        self._rows, self._since = 0, time.monotonic()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._committing: Future[None] | None = None
        self._published: list[Published] = []
        self._whole: list[Recording] = []
        self._committed: list[Recording] = []

    def page(self, taken: Taken) -> None:
        """Takes a page that was not left out."""
        page, note = taken.page, taken.note
        writer = self._writer(page.site)
        offset = writer.members(taken.members)
        sighting = Sighting(
            offset, taken.length, page.date, page.url, "response", note, page.status, page.payload_sha256
        )  # fmt: skip
        self._add(writer, sighting, taken.made)

    def left_out(self, unusable: Unusable, file: str) -> None:
        """Says why a record of a file is not archived."""
        note = Note(
            "skip",
            unusable.site,
            self._run.id,
            url=unusable.url,
            outcome="skipped",
            reason=unusable.reason,
            status=unusable.status,
            listing=Listing(unusable.url, via="backfill"),
            source="backfill",
            detail={"file": file, "offset": unusable.place.offset},
        )
        self._note(note)

    def about_file(self, name: str, reason: str, detail: Mapping[str, Any]) -> None:
        """Says what is wrong with a recording itself."""
        note = Note(
            "poll",
            RECORDINGS,
            self._run.id,
            url=f"urn:broadtape:recording:{name}",
            outcome="polled",
            reason=reason,
            source="backfill",
            detail=dict(detail),
        )
        self._note(note)

    def whole(self, file: Recording) -> None:
        """All of a file was taken, and nothing of it is to be tried again: noted once it is committed."""
        self._whole.append(file)

    def publish_if_due(self) -> None:
        """Begins a commit where there is enough for one, and nothing else is being committed."""
        self._count()
        some = self._rows or self._whole
        full = self._rows >= _ROWS or (some and time.monotonic() - self._since >= _SECONDS)
        if not full:
            return
        if self._committing and not self._committing.done() and self._rows < _ROWS * _AHEAD:
            return
        self._publish()

    def finish(self, patience: float) -> Mapping[str, str]:
        """Commits what is left, and waits that many seconds for outlets that other runs are writing.

        Gives those that still are, and by whom: what belongs to them stays in the spool.
        """
        self._publish()
        self._settled()
        self._commits.wait(patience)
        self._note_whole()
        self._count()
        return dict(self._commits.busy) if self._commits.waiting else {}

    def close(self) -> None:
        """Closes what is open and lets a commit end that has begun; nothing else is committed."""
        for writer in self._open.values():
            writer.close()
        self._thread.shutdown()

    def _note(self, note: Note) -> None:
        writer, now = self._writer(note.site), utcnow()
        member = note_member(note, now)
        offset = writer.members(member)
        self._add(writer, Sighting(offset, len(member), now, note.url, "metadata", note), None)

    def _add(self, writer: SegmentWriter, sighting: Sighting, made: Article | Refusal | None) -> None:
        assert writer.path is not None
        self._found.setdefault(writer.path, []).append((sighting, made))
        self._rows += 1

    def _publish(self) -> None:
        self._settled()
        for writer in self._open.values():
            writer.close()
        closed, self._closed = self._closed, []
        whole, self._whole = self._whole, []
        self._rows, self._since = 0, time.monotonic()
        # A scheduler knows whose step a commit is by the context of the thread that it is done in.
        self._committing = self._thread.submit(copy_context().run, self._commit, closed, whole)

    def _commit(self, closed: Sequence[Closed], whole: Sequence[Recording]) -> None:
        self._commits.commit(closed)
        self._committed += whole
        self._note_whole()

    def _note_whole(self) -> None:
        """Nothing of a file may wait for a busy outlet when it is noted: the spool it waits in is of this machine."""
        if self._committed and not self._commits.waiting:
            files, self._committed = self._committed, []
            self._read_before.keep(files)

    def _settled(self) -> None:
        """Waits for a commit that is going on, and raises what it raised."""
        committing, self._committing = self._committing, None
        if committing:
            committing.result()
        self._count()

    def _done(self, published: Published) -> None:
        self._published.append(published)

    def _count(self) -> None:
        """Takes into account, in this thread, what was committed in another."""
        while self._published:
            self._run.count(self._published.pop(0))

    def _was_closed(self, path: Path) -> None:
        key = self._run.spool.key_of(path)
        # Parts are done in no order; a text is compared with the one before it in time.
        found = sorted(self._found.pop(path, ()), key=lambda pair: pair[0].date)
        cleaned = CleanedSegment(key, tuple(found))
        self._closed.append(Closed(path, key.site, cleaned))

    def _writer(self, site: str) -> SegmentWriter:
        if site not in self._open:
            self._open[site] = SegmentWriter(
                self._run.spool.folder,
                site=site,
                run=self._run.id,
                info={
                    "software": f"broadtape/{__version__}",
                    "description": "backfill",
                    "format": "WARC File Format 1.1",
                },
                max_bytes=self._run.settings.segment_bytes,
                max_seconds=_ONE_DAY,
                on_closed=self._was_closed,
            )
        return self._open[site]
