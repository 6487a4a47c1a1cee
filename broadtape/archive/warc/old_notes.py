"""The notes of the first releases' segments in today's form, each where it lies.

Those releases wrote a note as JSON under the address of the page it speaks of, and blank records as plain text: what
indexes a segment for replay takes the one for a capture of the page and stumbles over the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from broadtape.archive.warc.blank import BLANKS, blank_member
from broadtape.archive.warc.in_place import member_of_length, metadata_content, overwritten
from broadtape.archive.warc.notes import NOTE_TYPE, as_field, note_block
from broadtape.archive.warc.reader import Record, read_segment
from broadtape.errors import WarcError

__all__ = ["count_old_notes", "with_new_notes"]


def with_new_notes(path: Path) -> tuple[bytes, int] | None:
    """The segment with its old notes and blanks in today's form, and how many there were; None where there were none.

    Offsets and lengths of all records stay. Raises WarcError for a segment that is damaged.
    """
    members = {record.offset: _renewed(record) for record in read_segment(path) if _is_old(record)}
    return (overwritten(path, members), len(members)) if members else None


def count_old_notes(path: Path) -> int:
    """How many notes and blanks of a segment are in the old form; raises WarcError for a damaged one."""
    return sum(map(_is_old, read_segment(path)))


def _is_old(record: Record) -> bool:
    return record.content_type != NOTE_TYPE and (record.note is not None or record.block in BLANKS)


def _renewed(record: Record) -> bytes:
    if record.note is None:
        return blank_member(record)
    fields = {"Content-Type": NOTE_TYPE} | ({"WARC-Refers-To": record.refers_to} if record.refers_to else {})
    for block in _blocks(record):
        for digest in ({"WARC-Block-Digest": f"sha256:{hashlib.sha256(block).hexdigest()}"}, {}):
            member = member_of_length(metadata_content(record, {**fields, **digest}, block), record.length)
            if member:
                return member
    raise WarcError(f"{record.offset:,}: the note does not fit into its old place.")


def _blocks(record: Record) -> Iterator[bytes]:
    """The note as it was written; written anew, where that did not name its address, which the record did."""
    assert record.note is not None
    if record.note.url is None or record.note.url.encode() in record.block:
        yield as_field(record.block)
    yield note_block(record.note)
