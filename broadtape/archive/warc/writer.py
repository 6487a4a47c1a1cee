"""Writing WARC segments into the local spool, each record whole or not there."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc.record import fields_member, http_member, note_member
from broadtape.archive.warc.recovery import OPEN_SUFFIX, seal
from broadtape.capture import Note
from broadtape.errors import SpoolError
from broadtape.times import utc, utcnow

__all__ = ["SegmentWriter"]

Headers = Sequence[tuple[bytes, bytes]]
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NO_MODIFIED_STATUS = 304


class SegmentWriter:
    """The segments that one run writes for one outlet (or `_polls`), under `<spool>/raw/site=<site>/date=<day>/`.

    `spool` is the run's own folder: a segment's path below it is its key in the archive. While open, a segment is
    named `….warc.gz.open`; it loses the suffix when it is closed, and one without records never appears. A response
    and its note go out in one write, so that a kill leaves both or, after `recover`, a whole prefix. Not for use by
    two threads at once. Raises SpoolError where the disk will not take a record; what was written before stays whole.
    """

    def __init__(
        self,
        spool: Path,
        *,
        site: str,
        run: str,
        info: Mapping[str, str],
        max_bytes: int = 64 * 2**20,
        max_seconds: float = 60.0,
        on_closed: Callable[[Path], None] = lambda _path: None,
        clock: Callable[[], datetime] = utcnow,
    ) -> None:
        self.site, self.run = site, run
        self._spool, self._info, self._on_closed, self._clock = spool, dict(info), on_closed, clock
        self._max_bytes, self._max_age = max_bytes, timedelta(seconds=max_seconds)
        self._number = 0
        self._file = -1
        self._path = Path()
        self._size = 0
        self._opened = clock()

    def response(
        self,
        *,
        url: str,
        status: int,
        reason: str,
        headers: Headers,
        body: bytes,
        date: datetime,
        note: Note,
        ip: str | None = None,
    ) -> None:
        """Keeps a response, its body as received with the content encoding on, and the note that speaks of it."""
        fields = {"WARC-IP-Address": ip} if ip else {}
        record_id, member = http_member("response", url, date, (status, reason, headers, body), fields)
        self._write(member + note_member(note, date, refers_to=record_id))

    def revisit(
        self,
        *,
        url: str,
        status: int,
        headers: Headers,
        date: datetime,
        note: Note,
        payload_digest: str | None = None,
        reason: str = "",
    ) -> None:
        """Keeps that a page came back as it was: 304, or the same payload (`payload_digest`, sha256 in hex)."""
        fields = {"WARC-Profile": _NOT_MODIFIED if status == _NO_MODIFIED_STATUS else _SAME_PAYLOAD}
        if payload_digest:
            fields["WARC-Payload-Digest"] = f"sha256:{payload_digest}"
        record_id, member = http_member("revisit", url, date, (status, reason, headers, b""), fields)
        self._write(member + note_member(note, date, refers_to=record_id))

    def members(self, members: bytes) -> int:
        """Keeps records that are gzip members already, whole ones that belong together; gives their first one's offset
        in the segment."""
        self._write(members)
        return self._size - len(members)

    @property
    def path(self) -> Path | None:
        """Where the open segment lies once it is closed; None while none is open."""
        return self._path.with_name(self._path.name.removesuffix(OPEN_SUFFIX)) if self._file >= 0 else None

    def note(self, note: Note, *, date: datetime | None = None) -> None:
        """Keeps a note that stands alone: a skipped URL, a failure, a poll."""
        self._write(note_member(note, date or self._clock()))

    def rotate_if_due(self) -> None:
        """Closes the open segment if it is full or old enough."""
        if self._file >= 0 and (self._size >= self._max_bytes or self._clock() - self._opened >= self._max_age):
            self.close()

    def close(self) -> None:
        """Closes the open segment, if there is one, and reports it; the writer may go on with another."""
        if self._file < 0:
            return
        descriptor, self._file = self._file, -1
        try:
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            closed = seal(self._path)
        except OSError as error:
            raise _refused(self._path, error) from None
        self._on_closed(closed)

    def _write(self, members: bytes) -> None:
        self.rotate_if_due()
        try:
            if self._file < 0:
                self._open(members)
            else:
                self._append(members)
        except OSError as error:
            raise _refused(self._path, error) from None

    def _open(self, first: bytes) -> None:
        """Opens the next segment; its warcinfo and first record go out together, so that none is ever without."""
        self._opened = self._clock()
        self._number = max(self._number, _last_number(self._spool, self.site, self.run)) + 1
        key = SegmentKey(self.site, utc(self._opened).date(), self.run, self._number)
        self._path, self._size = self._spool / (str(key) + OPEN_SUFFIX), 0
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            self._append(
                fields_member({**self._info, "site": self.site, "run": self.run}, key.name, self._opened) + first
            )
        except OSError:
            os.close(self._file)
            self._file = -1
            self._path.unlink()
            raise

    def _append(self, members: bytes) -> None:
        done = 0
        try:
            while done < len(members):
                done += os.write(self._file, memoryview(members)[done:])
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(members)


def _last_number(spool: Path, site: str, run: str) -> int:
    """The highest number among the run's segments of this outlet that still lie in the spool, open ones too."""
    paths = (spool / SegmentKey.prefix(site)).glob(f"date=*/{run}-*.warc.gz*")
    names = (path.relative_to(spool).as_posix().removesuffix(OPEN_SUFFIX) for path in paths)
    return max((SegmentKey.parse(name).number for name in names if SegmentKey.is_one(name)), default=0)


def _refused(path: Path, error: OSError) -> SpoolError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return SpoolError(f"The spool is full: {path.parent} takes no more. Free some space there and run again.")
    return SpoolError(f"The spool cannot be written: {path}: {error.strerror or error}. Check its owner and mount.")
