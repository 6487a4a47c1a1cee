"""Our notes as blocks of WARC `metadata` records, in a form that indexers of pages leave alone.

A note is one field of `application/warc-fields`, and its record has no address of its own: pywb and others take a
record with an address and any other type for a capture of that page. Archives of the first releases hold notes as bare
JSON under the page's address; both are read.
"""

from __future__ import annotations

from dataclasses import replace

from broadtape.capture import Note

__all__ = ["NOTE_TYPE", "OLD_NOTE_TYPE", "as_field", "note_block", "note_in"]

NOTE_TYPE = "application/warc-fields"
OLD_NOTE_TYPE = "application/json"
_FIELD = b"broadtape-note: "


def note_block(note: Note) -> bytes:
    """The block of a note's record."""
    return as_field(note.to_json())


def as_field(json: bytes) -> bytes:
    """A note's JSON, which is one line, as the one field of a block."""
    return _FIELD + json + b"\r\n"


def note_in(content_type: str | None, block: bytes, url: str | None) -> Note | None:
    """The note in a `metadata` record's block; None where someone else wrote it. `url` is the record's own address."""
    if content_type == NOTE_TYPE and block.startswith(_FIELD):
        json = block[len(_FIELD) :]
    elif content_type == OLD_NOTE_TYPE:
        json = block
    else:
        return None
    try:
        note = Note.from_json(json)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    return note if note.url or not url else replace(note, url=url)
