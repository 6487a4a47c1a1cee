"""Two archives as one: clocks, tombstones, decisions and learnt rules kept; done twice or cut short, the same."""

from __future__ import annotations

import shutil
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from archive_samples import URL
from crawl_sample import Crawl, rules

from broadtape.archive import Archive, Decision
from broadtape.archive.decisions import rejected_rule
from broadtape.archive.delta.schema import TableName
from broadtape.archive.lifecycle.merging import MergeReport, merge
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.stores.folder import FolderStore
from broadtape.archive.warc import Record, read_segment
from broadtape.corpus import open as open_corpus
from broadtape.errors import LeaseHeld, StoreError
from broadtape.urls import url_id


@pytest.fixture
def here(tmp_path: Path) -> Crawl:
    """Stories 0 to 2 of an outlet."""
    made = Crawl(str(tmp_path / "here"), tmp_path / "spool-here")
    made.run(3)
    return made


@pytest.fixture
def there(tmp_path: Path) -> Crawl:
    """Stories 10 to 12 of the same outlet, and one of another."""
    made = Crawl(str(tmp_path / "there"), tmp_path / "spool-there", first=10)
    made.run(3)
    other = Crawl(made.archive.uri, tmp_path / "spool-other", site="paper", first=20)
    other.run()
    return made


def merged(there: Crawl, here: Crawl) -> MergeReport:
    return merge(Archive.open(there.archive.uri), Archive.open(here.archive.uri), run="m1")


def rows(archive: Archive, table: TableName = "articles") -> list[dict[str, Any]]:
    return archive.tables[table].scan().sort("site", "warc_file").collect().to_dicts()


def titles(archive: Archive) -> set[str]:
    return {row["title"] for row in rows(archive)}


def test_everything_comes_with_its_own_clocks(here: Crawl, there: Crawl) -> None:
    both = [*rows(here.archive), *rows(there.archive)]
    ledger = [*rows(here.archive, "captures"), *rows(there.archive, "captures")]
    there.archive.rules.put_in_force(rules())
    there.archive.decisions.record([rejected_rule("wire", "learnt:00000000")])
    report = merged(there, here)
    assert (report.articles, report.captures, report.segments, report.rule_sets, report.decisions) == (4, 4, 4, 1, 1)
    assert report.warnings == []
    now = Archive.open(here.archive.uri)
    assert rows(now) == sorted(both, key=itemgetter("site", "warc_file"))
    assert rows(now, "captures") == sorted(ledger, key=itemgetter("site", "warc_file"))
    assert now.rules.in_force("wire") == rules()
    assert now.decisions.rejected_rules("wire") == {"learnt:00000000"}
    assert now.load_state("paper") == {"etag": 21}
    assert now.load_state("wire") == {"etag": 3}  # its own
    assert list(verify(now)) == []
    here.run()  # its leases go on
    again = merged(there, here)
    assert (again.articles, again.captures, again.segments, again.rule_sets, again.decisions) == (0, 0, 0, 0, 0)


def test_as_of_a_time_past_it_answers_with_what_both_had(here: Crawl, there: Crawl) -> None:
    last = max(row["archived_at"] for row in rows(here.archive))
    before = {article.title for article in open_corpus(here.archive.uri).articles(as_of=last)}
    other = {article.title for article in open_corpus(there.archive.uri).articles(as_of=last)}
    merged(there, here)
    after = {article.title for article in open_corpus(here.archive.uri).articles(as_of=last)}
    assert after == before | other
    assert len({article.title for article in open_corpus(here.archive.uri).articles()}) == 7


def test_what_either_forgot_is_in_neither(here: Crawl, there: Crawl, tmp_path: Path) -> None:
    shared = Crawl(here.archive.uri, tmp_path / "spool-again", first=10)
    shared.run()  # story 10, which the other archive has, too
    forget(there.archive, urls=[f"{URL}10"], run="f1")
    forget(here.archive, urls=[f"{URL}11"], run="f2")  # before it ever came
    report = merged(there, here)
    assert (report.forgotten, report.left_out) == (1, 2)
    now = Archive.open(here.archive.uri)
    assert titles(now) == {f"Widget outlook {number}" for number in (0, 1, 2, 12, 20)}
    assert now.decisions.forgotten() >= {url_id(f"{URL}10"), url_id(f"{URL}11")}
    for path in Path(now.uri).rglob("*.parquet"):
        assert b"Widget outlook 10" not in path.read_bytes()
    pages = [record for key in now.segments() for record in _records(now, key) if record.url == f"{URL}11"]
    assert pages == []
    assert list(verify(now)) == []


def _records(archive: Archive, key: SegmentKey) -> list[Record]:
    with archive.local_segment(key) as path:
        return list(read_segment(path))


def test_a_decision_that_was_taken_back_is_taken_back(here: Crawl, there: Crawl) -> None:
    number = url_id(f"{URL}2")
    there.archive.decisions.record([Decision(decision="forget", url_id=number)])
    there.archive.decisions.record([Decision(decision="undo", url_id=number)])
    merged(there, here)
    assert "Widget outlook 2" in titles(Archive.open(here.archive.uri))


def test_an_outlet_that_is_being_written_is_waited_for_by_nobody(here: Crawl, there: Crawl) -> None:
    with here.archive.lease("paper", run="r9"), pytest.raises(LeaseHeld, match="paper"):
        merged(there, here)
    assert merged(there, here).articles == 4


def test_cut_short_at_any_write_it_goes_on(
    here: Crawl, there: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(StoreError):
        pass

    real, left = FolderStore.put, [0]

    def put(store: FolderStore, key: str, data: bytes) -> None:
        if store.uri == str(tmp_path / "try") and not key.startswith("leases/"):
            left[0] -= 1
            if left[0] < 0:
                raise Cut
        real(store, key, data)

    whole = merged(there, here) and titles(Archive.open(here.archive.uri))
    clean = tmp_path / "clean"
    fresh = Crawl(str(clean), tmp_path / "spool-clean")
    fresh.run(2)
    for writes in range(0, 12, 2):
        shutil.rmtree(tmp_path / "try", ignore_errors=True)
        shutil.copytree(clean, tmp_path / "try")
        left[0] = writes
        with monkeypatch.context() as patch:
            patch.setattr(FolderStore, "put", put)
            patch.setattr("broadtape.archive.delta.patience.PATIENCE", 0.05)
            with suppress(StoreError):
                merge(there.archive, Archive.open(str(tmp_path / "try")), run="m1")
        merge(there.archive, Archive.open(str(tmp_path / "try")), run="m2")
        done = Archive.open(str(tmp_path / "try"))
        assert titles(done) == whole - {"Widget outlook 2"}
        assert len(rows(done)) == 6
        assert list(verify(done)) == []


def test_its_index_is_made_again(here: Crawl, there: Crawl) -> None:
    here.archive.objects.put("index/near/done.json", b"{}")
    merged(there, here)
    assert list(here.archive.objects.list("index/")) == []
