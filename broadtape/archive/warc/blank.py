"""Blanking records: in place of what was forgotten stands a record that says nothing but that there was one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection
from pathlib import Path

from broadtape.archive.warc.in_place import member_of_length, metadata_content, overwritten
from broadtape.archive.warc.notes import NOTE_TYPE
from broadtape.archive.warc.reader import Record, read_segment
from broadtape.errors import WarcError
from broadtape.urls import url_id

__all__ = ["BLANKS", "blank_member", "blank_out", "blanked", "speaks_of"]

_BLOCK = b"forgotten: yes\r\n"
_DIGEST = hashlib.sha256(_BLOCK).hexdigest()
BLANKS = frozenset({_BLOCK, b"forgotten"})
"""The blocks of blank records; the second one is of the first releases."""


def speaks_of(record: Record, url_ids: Collection[int]) -> bool:
    """Whether a record carries one of these addresses: its own, or one in its note."""
    return any(url_id(url) in url_ids for url in addresses_of(record))


def addresses_of(record: Record) -> set[str]:
    """The addresses that a record carries: its own, and those in its note."""
    urls = {record.url}
    if note := record.note:
        urls |= {note.url, note.final_url, note.listing.url if note.listing else None}
    return {url for url in urls if url}


def blank_out(path: Path, url_ids: Collection[int]) -> None:
    """Blanks what carries one of these addresses in a local segment, in place and at once."""
    result = blanked(path, lambda record: speaks_of(record, url_ids))
    if result:
        clean = path.with_name(path.name + ".scrubbed")
        clean.write_bytes(result[0])
        clean.replace(path)


def blanked(path: Path, chosen: Callable[[Record], bool]) -> tuple[bytes, int] | None:
    """The segment with its chosen records blanked, and how many; None if none was chosen.

    A response and the notes that refer to it go together. The same records blanked again give the same bytes.
    """
    blanks: dict[int, bytes] = {}
    groups: dict[str | None, list[int]] = defaultdict(list)
    doomed: set[str | None] = set()
    for record in read_segment(path):
        if record.type == "warcinfo" or record.block in BLANKS:
            continue
        group = record.refers_to or record.record_id
        groups[group].append(record.offset)
        blanks[record.offset] = blank_member(record)
        if chosen(record):
            doomed.add(group)
    offsets = [offset for group in doomed for offset in groups[group]]
    if not offsets:
        return None
    return overwritten(path, {offset: blanks[offset] for offset in offsets}), len(offsets)


def blank_member(record: Record) -> bytes:
    """A blank record in a gzip member as long as `record`'s own."""
    for digest in ({"WARC-Block-Digest": f"sha256:{_DIGEST}"}, {}):
        content = metadata_content(record, {"Content-Type": NOTE_TYPE, **digest}, _BLOCK)
        member = member_of_length(content, record.length)
        if member:
            return member
    raise WarcError(f"The record at offset {record.offset:,} is too short to be blanked in place.")
