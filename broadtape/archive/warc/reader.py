"""Reading WARC: our own segments and anybody else's, compressed or not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from fastwarc import ArchiveIterator, WarcRecord

from broadtape.archive.warc.http import Http, parse_http
from broadtape.archive.warc.members import GZIP_MAGIC, MEMBER_LIMIT, members
from broadtape.capture import Note
from broadtape.errors import WarcError

__all__ = ["Record", "read_record", "read_segment"]


@dataclass(frozen=True)
class Record:
    """One WARC record. `offset` and `length` are bytes of the file: of the gzip member where it is compressed."""

    type: str
    """`response`, `revisit`, `metadata`, `warcinfo`, `request`, `resource`, `conversion`, `continuation`, `unknown`."""
    offset: int
    length: int
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
    block: bytes = field(repr=False)

    @cached_property
    def http(self) -> Http | None:
        """The response in a `response` or `revisit` record; None in any other, or where it is no HTTP."""
        return parse_http(self.block) if self.type in {"response", "revisit"} else None

    @cached_property
    def note(self) -> Note | None:
        """Our own note in a `metadata` record; None in any other, or where someone else wrote it."""
        if self.type != "metadata" or self.content_type != "application/json":
            return None
        try:
            return Note.from_json(self.block)
        except ValueError:
            return None


def read_segment(path: Path) -> Iterator[Record]:
    """Every record of a WARC file in order, holding one at a time.

    Raises WarcError, once the whole records before it were given, for a file that is torn, damaged or no WARC.
    """
    try:
        with path.open("rb") as file:
            start = file.read(5)
            file.seek(0)
            if start.startswith(GZIP_MAGIC):
                for member in members(file, path.name):
                    yield from _records(member.data, member.offset, member.length, path.name)
            elif start == b"WARC/":
                yield from _plain(file, path)
            else:
                got = "is empty" if not start else "does not start as one"
                raise WarcError(f"{path.name}: is no WARC file: it {got}. Expected .warc or .warc.gz.")
    except OSError as error:
        raise WarcError(f"{path}: cannot be read: {error.strerror or error}.") from None


def read_record(data: bytes, offset: int, where: str) -> Record:
    """The record in one gzip member's compressed bytes, as fetched from `offset`; raises WarcError."""
    member = next(members(io.BytesIO(data), where), None)
    found = list(_records(member.data, offset, member.length, where)) if member else []
    if len(found) != 1:
        raise WarcError(f"{where}: holds {len(found)} records at offset {offset:,}; expected one.")
    return found[0]


def _records(data: bytes, offset: int, length: int, name: str) -> Iterator[Record]:
    """The records in one member's unpacked bytes; all carry the member's place."""
    found = False
    for header in _parse(io.BytesIO(data), f"{name}: offset {offset:,}"):
        found = True
        yield _record(header, offset, length, name)
    if not found:
        raise WarcError(f"{name}: offset {offset:,}: the gzip member holds no WARC record.")


def _plain(file: BinaryIO, path: Path) -> Iterator[Record]:
    """The records of an uncompressed file; a record's length is known when the next one begins."""
    last: Record | None = None
    for header in _parse(file, path.name):
        if last:
            yield _sized(last, header.stream_pos)
        last = _record(header, header.stream_pos, 0, path.name)
    if last:
        yield _sized(last, path.stat().st_size)


def _sized(record: Record, end: int) -> Record:
    values = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return Record(**{**values, "length": end - record.offset})


def _parse(stream: BinaryIO, where: str) -> Iterator[WarcRecord]:
    headers = iter(ArchiveIterator(stream, parse_http=False, strict_mode=True))
    while True:
        try:
            yield next(headers)
        except StopIteration:
            return
        except (OSError, ValueError, RuntimeError) as error:
            raise WarcError(f"{where}: is no WARC record: {error}.") from None


def _record(header: WarcRecord, offset: int, length: int, name: str) -> Record:
    where = f"{name}: offset {offset:,}"
    if header.content_length > MEMBER_LIMIT:
        raise WarcError(f"{where}: the record has {header.content_length:,} bytes; at most {MEMBER_LIMIT:,} are read.")
    block = header.reader.read()
    if len(block) != header.content_length:
        raise WarcError(f"{where}: the file ends inside this record; it is torn.")
    fields = header.headers
    if "WARC-Date" not in fields:
        raise WarcError(f"{where}: the record has no WARC-Date.")
    url = fields.get("WARC-Target-URI")
    return Record(
        type=str(header.record_type),
        offset=offset,
        length=length,
        record_id=fields.get("WARC-Record-ID"),
        date=_date(fields.get("WARC-Date") or "", where),
        url=url.strip("<>") if url else None,  # WARC/1.0 writers such as wget put it in brackets
        refers_to=fields.get("WARC-Refers-To") or fields.get("WARC-Concurrent-To"),
        content_type=fields.get("Content-Type"),
        block_digest=fields.get("WARC-Block-Digest"),
        payload_digest=fields.get("WARC-Payload-Digest"),
        block=block,
    )


def _date(text: str, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WarcError(f"{where}: WARC-Date {text[:40]!r} is no time.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
