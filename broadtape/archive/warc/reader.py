"""Reading WARC: our own segments and anybody else's, compressed or not."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from broadtape.archive.recordings import Recording
from broadtape.archive.warc.containers import opened, pieces
from broadtape.archive.warc.decoded import Broken, Decoded
from broadtape.archive.warc.heads import Head, begins_head, read_head
from broadtape.archive.warc.http import Http, parse_http
from broadtape.archive.warc.members import TORN, Damage, gzip_members
from broadtape.archive.warc.notes import note_in
from broadtape.capture import Note
from broadtape.errors import UndecodableBody, WarcError

__all__ = ["RECORD_LIMIT", "Record", "read_record", "read_segment", "records_of", "scan"]

RECORD_LIMIT = 256 * 2**20
"""Bytes of a record's block; what is longer is passed over."""
_LOOK_AHEAD = 4096
"""Bytes behind a block that are looked at for the next record."""
_FOURTEEN = re.compile(r"\d{14}", re.ASCII)
"""A time as ARC and the Wayback Machine write it, which some writers of WARC took over."""
_LAST_LINES = 2048
"""Bytes at a page's end among which its last tag is, and what servers write behind it."""
_WRONG_LENGTH = "the record is not as long as its Content-Length says; it is torn, or the length is wrong"


@dataclass(frozen=True)
class Record:
    """One WARC record. `offset` and `length` are bytes of the file: of the gzip member where it is compressed."""

    type: str
    """`response`, `revisit`, `metadata`, `warcinfo`, `request`, `resource`, `conversion`, `continuation`, `unknown`."""
    offset: int
    length: int
    """0 in a gzip member that holds several records, and in zstd."""
    record_id: str | None
    date: datetime
    """WARC-Date, aware, UTC."""
    url: str | None
    """WARC-Target-URI."""
    refers_to: str | None
    """The record id this one speaks of: WARC-Refers-To or WARC-Concurrent-To."""
    content_type: str | None
    """Of the record's block, such as `application/http; msgtype=response`."""
    block_digest: str | None
    payload_digest: str | None
    """As labelled in the file, such as `sha256:…`; over a foreign file's own idea of the payload."""
    truncated: str | None
    """WARC-Truncated: why its writer cut the block off, such as `length`; None where it is whole."""
    block: bytes = field(repr=False)
    segment: str | None = None
    """WARC-Segment-Number: the block is one part of several; None where it is all."""

    @cached_property
    def http(self) -> Http | None:
        """The response in a `response` or `revisit` record; None in any other, or where it is no HTTP."""
        return parse_http(self.block) if self.type in {"response", "revisit"} else None

    @cached_property
    def note(self) -> Note | None:
        """Our own note in a `metadata` record; None in any other, or where someone else wrote it."""
        return note_in(self.content_type, self.block, self.url) if self.type == "metadata" else None

    @property
    def cut(self) -> str | None:
        """Why it is only a part, by what its writer or its framing says; None where it is whole all the same, by its
        length or its end."""
        told = self.truncated or ("one segment of several" if self.segment else None)
        if self.http is None:
            return told
        told = told or ("shorter than it says" if self.http.short else None)
        if told is None or self.http.header("Content-Length") == str(len(self.http.body)):
            return None
        try:
            return None if b"</html>" in self.http.content()[-_LAST_LINES:].lower() else told
        except UndecodableBody:
            return told


def scan(path: Path | Recording, wanted: Callable[[Head], bool] = lambda _head: True) -> Iterator[Record | Damage]:
    """Every record of a file in order, holding one at a time; in place of what gives none, the Damage.

    Whatever lies before and behind damage is read. A record whose head is not `wanted` is passed over; what is wrong
    with it, but for its length, is nobody's business then. Raises WarcError for a file that is no WARC at all.
    """
    try:
        with opened(path) as files:
            for name, file in files:
                for piece in pieces(file, name):
                    if isinstance(piece, Damage):
                        yield piece
                    else:
                        yield from records_of(piece, wanted)
    except OSError as error:
        where = path if isinstance(path, Path) else path.address
        raise WarcError(f"{where}: cannot be read: {error.strerror or error}.") from None


def read_segment(path: Path) -> Iterator[Record]:
    """Every record of a WARC file in order, holding one at a time.

    Raises WarcError, once the whole records before it were given, for a file that is torn, damaged or no WARC.
    """
    for found in scan(path):
        if isinstance(found, Damage):
            raise WarcError(f"{path.name}: {found}.")
        yield found


def read_record(data: bytes, offset: int, where: str) -> Record:
    """The record in one gzip member's compressed bytes, as fetched from `offset`; raises WarcError."""
    found: list[Record] = []
    for piece in gzip_members(io.BytesIO(data)):
        for each in [piece] if isinstance(piece, Damage) else records_of(piece, lambda _head: True):
            if isinstance(each, Damage):
                raise WarcError(f"{where}: offset {offset:,}: {each.reason}.")
            found.append(each)
        if found:
            break
    if len(found) != 1:
        raise WarcError(f"{where}: holds {len(found)} records at offset {offset:,}; expected one.")
    values = {name: getattr(found[0], name) for name in Record.__dataclass_fields__}
    return Record(**{**values, "offset": offset})


def records_of(piece: Decoded, wanted: Callable[[Head], bool]) -> Iterator[Record | Damage]:
    """The records in a piece up to where it breaks, if it does: whoever gave it says so."""
    try:
        yield from _records(piece, wanted)
    except Broken:
        return


def _records(piece: Decoded, wanted: Callable[[Head], bool]) -> Iterator[Record | Damage]:
    piece.pass_byte_order_mark()
    if not piece.peek(1):
        yield Damage(piece.place, "the gzip member is empty and holds no WARC record")
    while True:
        if piece.skip_padding():
            yield Damage(piece.place, "zero bytes in place of a record")
        if not piece.peek(1):
            return
        place, head = piece.place, read_head(piece)
        if head is None:
            yield Damage(place, "no WARC record begins here")
            piece.skip(1)
            piece.seek_record()
        else:
            yield from _record(piece, head, place, wanted)


def _record(piece: Decoded, head: Head, place: int, wanted: Callable[[Head], bool]) -> Iterator[Record | Damage]:
    """The record whose head was just taken, if it is wanted and sound; what is wrong with it, if anything is."""
    if head.length is None:
        yield Damage(place, "the record has no Content-Length, or one that is no number", head.url)
        piece.seek_record()
        return
    begin, chosen = piece.position, wanted(head)
    if piece.size is not None and begin + head.length > piece.size:
        yield Damage(place, _WRONG_LENGTH if piece.seek_record() else TORN, head.url)
        return
    if piece.plain and not _ends_after(piece, head.length):  # before any of it is read: many may claim half of the file
        yield Damage(place, _WRONG_LENGTH if piece.seek_record() else TORN, head.url)
        return
    block = piece.read(head.length) if chosen and head.length <= RECORD_LIMIT else b""
    end = begin + len(block) + piece.skip(head.length - len(block))
    if end - begin < head.length or not _record_ends(piece):
        piece.back_to(begin)
        found = piece.seek_record()
        yield Damage(place, TORN if piece.plain and not found else _WRONG_LENGTH, head.url)
    elif chosen and not block and head.length:
        yield Damage(place, f"the record has {head.length:,} bytes; at most {RECORD_LIMIT:,} are read", head.url)
    elif chosen:
        yield _made(head, place, _length(piece, place), block)


def _ends_after(piece: Decoded, length: int) -> bool:
    """Whether a record ends so many bytes on; nothing is taken."""
    begin = piece.position
    piece.skip(length)
    ends = _record_ends(piece)
    piece.back_to(begin)
    return ends


def _record_ends(piece: Decoded) -> bool:
    """Whether what follows a block is the end, padding or another record: else the block's length is not what it says.

    In a gzip member this reaches its check sum.
    """
    rest = piece.peek(_LOOK_AHEAD).lstrip(b"\r\n\0")
    return begins_head(rest) if rest else not piece.peek(_LOOK_AHEAD, sound=True).strip(b"\r\n\0")


def _length(piece: Decoded, place: int) -> int:
    if not piece.plain:
        return piece.length() or 0
    seen = piece.peek(_LOOK_AHEAD)
    return piece.position + len(seen) - len(seen.lstrip(b"\r\n")) - place


def _made(head: Head, place: int, length: int, block: bytes) -> Record | Damage:
    fields = head.fields
    date = fields.get("warc-date")
    moment = _date(date) if date else None
    if moment is None:
        said = f"WARC-Date {date[:40]!r} is no time" if date else "the record has no WARC-Date"
        return Damage(place, said, head.url)
    return Record(
        type=head.type,
        offset=place,
        length=length,
        record_id=fields.get("warc-record-id"),
        date=moment,
        url=head.url,
        refers_to=fields.get("warc-refers-to") or fields.get("warc-concurrent-to"),
        content_type=fields.get("content-type"),
        block_digest=fields.get("warc-block-digest"),
        payload_digest=fields.get("warc-payload-digest"),
        truncated=fields.get("warc-truncated"),
        block=block,
        segment=fields.get("warc-segment-number"),
    )


def _date(text: str) -> datetime | None:
    try:
        digits = text.strip()
        moment = datetime.fromisoformat(f"{digits[:8]}T{digits[8:]}" if _FOURTEEN.fullmatch(digits) else digits)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
