"""A copy of an archive that is being written: it opens, it is whole, it follows, and it never takes anything back."""

from __future__ import annotations

import shutil
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_samples import URL, article
from crawl_sample import Crawl, rules

from broadtape.archive import Archive, Decision
from broadtape.archive.copying.copy import copy
from broadtape.archive.copying.marker import Marker
from broadtape.archive.copying.report import CopyReport
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.vacuum import clean_log, remove_unnamed
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.stores.folder import FolderStore
from broadtape.archive.stores.open_store import open_store
from broadtape.errors import ArchiveError, DigestMismatch, NotAnArchive, StoreError
from broadtape.jobs.copy_archive import copy_archive


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    made = Crawl(str(tmp_path / "live"), tmp_path / "spool")
    made.run(3)
    return made


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "copy")


def rows(archive: Archive) -> list[dict[str, Any]]:
    return archive.tables["articles"].scan().sort("archived_at", "article_id").collect().to_dicts()


def made(crawl: Crawl, place: str) -> CopyReport:
    return copy(Archive.open(crawl.archive.uri), open_store(place))


def whole(place: str) -> Archive:
    opened = Archive.open(place)
    assert list(verify(opened)) == []
    return opened


def test_there_and_back(crawl: Crawl, uri: str, tmp_path: Path) -> None:
    """To a folder, the mock and a real S3 server, and from there to a new folder: the same archive."""
    crawl.archive.rules.put_in_force(rules())
    crawl.archive.decisions.record([Decision(decision="forget", url_id=4711)])
    maintain(crawl.archive, run="m1")
    crawl.run()
    first = copy_archive(crawl.archive.uri, uri)
    assert first.left["leases"]
    assert first.warnings == []
    copy_archive(uri, str(tmp_path / "restored"))
    for place in (uri, str(tmp_path / "restored")):
        there = whole(place)
        assert rows(there) == rows(crawl.archive)
        assert there.info.id == crawl.archive.info.id
        assert there.load_state("wire") == {"etag": 4}
        assert there.rules.in_force("wire") == rules()
        assert there.decisions.forgotten() == {4711}
    back = Crawl(str(tmp_path / "restored"), tmp_path / "spool2")
    back.count = 10
    back.run()  # its leases go on above the epochs that the tables know
    assert len(rows(whole(back.archive.uri))) == 5


def test_only_what_is_new_is_copied(crawl: Crawl, place: str) -> None:
    first = made(crawl, place)
    again = made(crawl, place)
    assert first.objects > 10
    assert (again.objects, again.removed) == (0, 0)
    crawl.run()
    more = made(crawl, place)
    assert 0 < more.objects < first.objects
    assert rows(whole(place)) == rows(crawl.archive)


def test_it_opens_at_every_moment_though_others_write_merge_and_clean_up(crawl: Crawl, place: str) -> None:
    stop = threading.Event()
    trouble: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(12):
                if stop.is_set():
                    return
                crawl.run(2)
                if number % 3 == 2:
                    maintain(crawl.archive, run=f"m{number}")
                    for table in crawl.archive.tables.values():
                        remove_unnamed(table, readers=None)
                        clean_log(table, keep=timedelta())
        except BaseException as error:
            trouble.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    counts = []
    try:
        while thread.is_alive():
            report = made(crawl, place)
            there = whole(place)
            counts.append(len(rows(there)))
            assert {name: table.version() for name, table in there.tables.items()} == report.versions
    finally:
        stop.set()
        thread.join()
    assert not trouble
    assert counts == sorted(counts)
    made(crawl, place)
    assert rows(whole(place)) == rows(crawl.archive)


class Dying(FolderStore):
    """A folder whose writer is gone after so many writes: nothing more is written, not even on the way out."""

    def __init__(self, root: Path, writes: int) -> None:
        super().__init__(root)
        self.left = writes

    def _spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed

    def put(self, key: str, data: bytes) -> None:
        self._spend()
        super().put(key, data)

    def delete(self, keys: Any) -> None:
        for key in keys:
            self._spend()
            super().delete([key])


class Killed(StoreError):
    """The writer is gone."""


def test_killed_at_any_write_it_is_the_former_copy_or_none_and_goes_on(crawl: Crawl, tmp_path: Path) -> None:
    former = tmp_path / "former"
    made(crawl, str(former))
    before = len(rows(crawl.archive))
    crawl.run(2)
    maintain(crawl.archive, run="m1")
    crawl.run()
    for start in (None, former):
        writes = 0
        ended = False
        while not ended:
            target = tmp_path / "target"
            shutil.rmtree(target, ignore_errors=True)
            if start:
                shutil.copytree(start, target)
            try:
                copy(Archive.open(crawl.archive.uri), Dying(target, writes))
                ended = True
            except Killed:
                if (target / "archive.json").exists():
                    assert before <= len(rows(Archive.open(str(target)))) <= before + 3
                else:
                    assert start is None
                    with pytest.raises(NotAnArchive):
                        Archive.open(str(target))
            if writes % 15 == 0 or ended:
                made(crawl, str(target))
                assert rows(whole(str(target))) == rows(crawl.archive)
            writes += 5
        assert writes > 20


def test_an_interrupt_lets_what_is_under_way_end_and_the_next_copy_goes_on(crawl: Crawl, place: str) -> None:
    def interrupt(what: str, done: int, _of: int) -> None:
        if (what, done) == ("data files", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(Archive.open(crawl.archive.uri), open_store(place), progress=interrupt)
    there = {path for path in Path(place).rglob("*") if path.is_file()}
    assert not [path for path in there if path.name.startswith(".tmp-")]
    rest = made(crawl, place)
    assert rest.unchanged >= 3
    assert rows(whole(place)) == rows(crawl.archive)


def test_what_is_taken_down_goes_from_the_copy(crawl: Crawl, place: str) -> None:
    other = Crawl(crawl.archive.uri, crawl.spool / "other", site="paper")
    other.count = 100
    other.run()
    made(crawl, place)
    forget(crawl.archive, urls=[f"{URL}1"], run="f1")
    forget(crawl.archive, sites=["paper"], run="f2")
    report = made(crawl, place)
    assert report.warnings == []
    there = whole(place)
    assert rows(there) == rows(crawl.archive)
    assert {row["title"] for row in rows(there)} == {"Widget outlook 0", "Widget outlook 2"}
    assert [str(key) for key in there.segments()] == [str(key) for key in crawl.archive.segments()]
    for path in Path(place).rglob("*"):
        if path.is_file():
            assert b"Widget outlook 1" not in path.read_bytes()
    for key in there.segments():
        assert there.objects.get(str(key)) == crawl.archive.objects.get(str(key))


def test_a_takedown_that_was_cut_short_is_told(crawl: Crawl, place: str) -> None:
    crawl.archive.decisions.record([Decision(decision="forget", article_id=article(1).article_id)])
    assert "1 rows of stories that were forgotten are in the copy" in made(crawl, place).warnings[0]


def test_a_segment_whose_run_goes_on_waits_for_the_next_copy(crawl: Crawl, place: str) -> None:
    crawl.segment(50)
    assert made(crawl, place).left["under_way"] == 1
    assert len(list(whole(place).segments())) == 3


def test_a_segment_that_the_source_lost_stays_in_the_copy(crawl: Crawl, place: str) -> None:
    made(crawl, place)
    lost, *_ = crawl.archive.segments()
    crawl.archive.objects.delete([str(lost)])
    report = made(crawl, place)
    assert len(report.warnings) == 1
    assert "1 segments that rows name are missing" in report.warnings[0]
    whole(place)


def test_a_damaged_segment_does_not_go_over_a_whole_one(crawl: Crawl, place: str) -> None:
    made(crawl, place)
    torn, *_ = crawl.archive.segments()
    crawl.archive.objects.put(str(torn), crawl.archive.objects.get(str(torn))[:-20])
    report = made(crawl, place)
    assert "has not the length that it had" in report.warnings[0]
    whole(place)


def test_a_damaged_data_file_is_not_copied(crawl: Crawl, place: str) -> None:
    made(crawl, place)
    before = rows(crawl.archive)
    crawl.run()
    newest = max(Path(crawl.archive.uri, "articles").rglob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    data = bytearray(newest.read_bytes())
    data[20] ^= 1
    newest.write_bytes(data)
    with pytest.raises(DigestMismatch, match="is damaged, and is not copied"):
        made(crawl, place)
    there = Archive.open(place)
    assert rows(there) == before
    assert {found.kind for found in verify(there)} == {"segment_unknown"}  # it came before the rows that name it


def test_a_lost_file_of_the_copy_comes_again(crawl: Crawl, place: str) -> None:
    made(crawl, place)
    for pattern in ("raw/**/*.warc.gz", "articles/**/part-*.parquet"):
        next(path for path in Path(place).glob(pattern) if path.is_file()).unlink()
    made(crawl, place)
    assert rows(whole(place)) == rows(crawl.archive)


def test_without_its_list_a_copy_is_compared_by_bytes(crawl: Crawl, place: str) -> None:
    made(crawl, place)
    Path(place, "copy", "objects.parquet").write_bytes(b"none")
    assert made(crawl, place).objects == 0


@pytest.mark.parametrize("inside", ["", "copy", ".."])
def test_a_place_within_the_other_is_refused(crawl: Crawl, inside: str) -> None:
    from broadtape.errors import UsageError

    with pytest.raises(UsageError, match="are one place"):
        copy_archive(crawl.archive.uri, str(Path(crawl.archive.uri, inside).resolve()))


def test_nothing_else_is_written_over(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "thesis.txt").write_text("mine")
    other = Crawl(str(tmp_path / "other"), tmp_path / "spool3")
    for target in (tmp_path / "files", tmp_path / "other"):
        with pytest.raises(NotAnArchive, match="is not empty, and no copy"):
            made(crawl, str(target))
    made(other, str(tmp_path / "copy-of-other"))
    with pytest.raises(NotAnArchive, match="is a copy of another archive"):
        made(crawl, str(tmp_path / "copy-of-other"))


def test_a_copy_that_was_written_is_no_copy_any_more(crawl: Crawl, place: str, tmp_path: Path) -> None:
    made(crawl, place)
    live = Crawl(place, tmp_path / "spool4")
    live.count = 20
    live.run()
    with pytest.raises(ArchiveError, match="has been written since it was copied"):
        made(crawl, place)
    assert len(rows(whole(place))) == 4


def test_a_restored_archive_goes_on_into_the_copy_that_it_came_from(crawl: Crawl, place: str, tmp_path: Path) -> None:
    made(crawl, place)
    copy_archive(place, str(tmp_path / "restored"))
    restored = Crawl(str(tmp_path / "restored"), tmp_path / "spool5")
    restored.count = 30
    restored.run()
    made(restored, place)
    restored.run()
    made(restored, place)
    assert rows(whole(place)) == rows(restored.archive)
    with pytest.raises(ArchiveError, match="holds what its source has not"):
        made(crawl, place)  # the first archive went on without what came since


def test_an_archive_restored_from_an_older_copy_takes_nothing_back(crawl: Crawl, place: str, tmp_path: Path) -> None:
    old = str(tmp_path / "old")
    made(crawl, old)
    crawl.run()
    made(crawl, place)
    restored = str(tmp_path / "restored")
    copy_archive(old, restored)
    with pytest.raises(ArchiveError, match="holds what its source has not"):
        copy_archive(restored, place)
    live = Crawl(restored, tmp_path / "spool6")
    live.count = 40
    live.run(5)
    with pytest.raises(ArchiveError, match="holds what its source has not"):
        made(live, place)


def test_a_damaged_marker_is_a_sentence(crawl: Crawl, place: str) -> None:
    made(crawl, place)
    Path(place, "copy", "marker.json").write_text("{}")
    with pytest.raises(ArchiveError, match="is damaged"):
        made(crawl, place)
    with pytest.raises(ArchiveError, match="is damaged"):
        Marker.read(open_store(place))
