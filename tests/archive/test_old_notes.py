"""Segments of the first releases, made fit for replay tools where they lie."""

from __future__ import annotations

import shutil
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from broadtape.archive import Archive
from broadtape.archive.lifecycle.note_form import renew_notes
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.warc import read_segment
from broadtape.archive.warc.old_notes import with_new_notes

_FIRST = Path(__file__).parent / "fixtures" / "format-1"


def test_old_notes_say_the_same_in_todays_form_and_nothing_moves(tmp_path: Path) -> None:
    archive = shutil.copytree(_FIRST, tmp_path / "archive")
    (path,) = archive.rglob("*.warc.gz")
    before = list(read_segment(path))
    opened = Archive.open(str(archive))
    form = renew_notes(opened, run="r9")
    assert (form.segments, form.notes, form.damaged) == (1, 3, {})
    after = list(read_segment(path))
    for old, new in zip(before, after, strict=True):
        told = [(r.offset, r.length, r.record_id, r.date, r.refers_to, r.note, r.http) for r in (old, new)]
        assert told[0] == told[1]
    assert {record.content_type for record in after if record.type == "metadata"} == {"application/warc-fields"}
    assert {record.url for record in after if record.type == "metadata"} == {None}
    assert with_new_notes(path) is None
    assert renew_notes(opened, run="r10").notes == 0
    assert not [damage for damage in verify(opened, digests=True, progress=lambda *_: None) if "digest" in damage.kind]


def test_no_record_but_a_page_can_be_taken_for_a_page(tmp_path: Path) -> None:
    """By the rule that pywb and cdxj-indexer have: whatever has an address, or is not warc-fields, is a capture."""
    path = shutil.copy(next(_FIRST.rglob("*.warc.gz")), tmp_path / "x.warc.gz")
    renewed = with_new_notes(Path(path))
    assert renewed is not None
    Path(path).write_bytes(renewed[0])
    with Path(path).open("rb") as stream:
        for record in WarcioIterator(stream):
            if record.rec_type not in {"response", "revisit", "warcinfo"}:
                assert record.content_type == "application/warc-fields"
                assert record.rec_headers.get_header("WARC-Target-URI") is None
