"""One bit of any file of an archive flips: `verify` names the file."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_samples import DATE
from test_verification import fill

from broadtape.archive import Archive, fixity
from broadtape.archive.delta.commits import Fence, shut_out
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.verification import Damage, verify
from broadtape.archive.stores import open_store
from broadtape.corpus.fulltext import update_index
from broadtape.errors import ArchiveError, StoreError
from broadtape.learnt_rules import LearntRule, LearntRules

KINDS = {
    "data files": "*/**/part-*.parquet",
    "log entries": "*/_delta_log/*.json",
    "checkpoints": "*/_delta_log/*.checkpoint.parquet",
    "names of checkpoints": "*/_delta_log/_last_checkpoint",
    "WARC files": "raw/**/*.warc.gz",
    "full text": "index/text/*",
    "row index": "index/keys/*",
    "the ledger's sums": "index/ledger/*",
    "weight": "index/weight.json",
    "near-duplicates": "index/near/*",
    "learnt rules": "rules/**/*.json",
    "the archive's own name": "archive.json",
}
FLIPS = 4


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a file of every kind, with log entries above and below a checkpoint."""
    folder = tmp_path_factory.mktemp("made")
    archive = Archive.open(str(folder / "archive"), create=True)
    fill(archive, folder / "spool")
    rule = LearntRule(pattern="Read on.", evidence="margin", count=9, pages=9, days=3, first_seen=DATE, last_seen=DATE)
    archive.rules.put_in_force(LearntRules(site="wire", learnt_at=DATE, rules=(rule,)))
    archive.save_state("wire", {"listings": {"https://news.example/feed": {"etag": "1"}}})
    maintain(archive, run="m1")
    update_index(archive, run="m1")
    with archive.lease("wire", run="r2") as lease:
        shut_out(archive.tables["captures"], [Fence("wire", lease.epoch)])
    return folder / "archive"


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "archive")
    return tmp_path / "archive"


def flipped(path: Path, bit: int) -> bytes:
    data = bytearray(path.read_bytes())
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(data)


def found_in(root: Path) -> Iterator[Damage]:
    try:
        yield from verify(Archive.open(str(root)))
    except ArchiveError as error:  # what makes the place an archive is damaged
        yield Damage("object_differs", str(error).split()[0], str(error))


@pytest.mark.attack
@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_is_told(root: Path, kind: str) -> None:
    paths = [path for path in sorted(root.glob(KINDS[kind])) if path.is_file() and path.stat().st_size]
    assert paths
    bits = random.Random(kind)
    sound = {path: path.read_bytes() for path in paths}
    for _ in range(FLIPS):
        for path in paths:
            path.write_bytes(flipped(path, bits.randrange(path.stat().st_size * 8)))
        told = " ".join(damage.where for damage in found_in(root))
        assert [path for path in paths if path.relative_to(root).as_posix() not in told] == []
        for path, data in sound.items():
            path.write_bytes(data)
    assert list(found_in(root)) == []


def test_what_may_be_lost_without_harm_is_told_where_it_cannot_be_read(root: Path) -> None:
    lease = sorted(root.glob("leases/wire/*.json"))[-1]
    for path in (root / "state" / "wire.json", lease):
        path.write_bytes(b"\x00" + path.read_bytes()[1:])
    told = {damage.kind: damage.where for damage in found_in(root)}
    assert told == {"state_unreadable": "state/wire.json", "lease_unreadable": lease.relative_to(root).as_posix()}
    assert Archive.open(str(root)).load_state("wire") == {}


@pytest.mark.parametrize("statistic", ["minValues", "maxValues", "nullCount", "numRecords"])
def test_statistics_that_hide_rows_are_told_in_an_archive_without_notes(tmp_path: Path, statistic: str) -> None:
    """As those of earlier releases are."""
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    fill(archive, tmp_path / "spool")
    shutil.rmtree(Path(archive.uri, "fixity"))
    assert list(verify(archive)) == []
    entry = Path(archive.uri, "captures/_delta_log", f"{1:020d}.json")
    lines = [json.loads(line) for line in entry.read_text().splitlines()]
    add = next(line["add"] for line in lines if "add" in line)
    told = json.loads(add["stats"])
    wrong = {
        "minValues": {**told["minValues"], "recorded_at": "2999-01-01T00:00:00.000Z"},
        "maxValues": {**told["maxValues"], "url_id": told["minValues"]["url_id"]},
        "nullCount": {**told["nullCount"], "url_id": 3},
        "numRecords": 1,
    }
    add["stats"] = json.dumps({**told, statistic: wrong[statistic]})
    entry.write_text("\n".join(map(json.dumps, lines)))
    found = list(verify(Archive.open(archive.uri)))
    assert [(damage.kind, damage.where) for damage in found] == [("statistics_differ", f"captures/{add['path']}")]


def test_an_object_that_is_being_replaced_is_never_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(str(tmp_path))
    fixity.replace(store, "rules/wire/in-force.json", b"1")
    put, left = store.put, [1]

    def dies(key: str, data: bytes) -> None:
        put(key, data)
        left.remove(1)  # killed once it is stored
        raise StoreError("away")

    monkeypatch.setattr(store, "put", dies)
    with pytest.raises(StoreError):
        fixity.replace(store, "rules/wire/in-force.json", b"2")
    assert left == []
    assert list(fixity.differing(store)) == []


def test_notes_of_what_is_gone_go_with_upkeep(root: Path) -> None:
    archive = Archive.open(str(root))
    fixity.note(archive.objects, "rules/post/00000000.json", b"1")
    maintain(archive, run="m2")
    assert fixity.noted(archive.objects, "rules/post/") == {}
    assert fixity.noted(archive.objects, "rules/wire/")


def test_damaged_near_duplicates_are_made_anew(root: Path) -> None:
    (done,) = root.glob("index/near/done.json")
    for path in root.glob("index/near/*"):
        path.write_bytes(flipped(path, 8 * (path.stat().st_size // 2)))
    done.write_bytes(b"{")
    archive = Archive.open(str(root))
    maintain(archive, run=f"m-{datetime.now(UTC):%f}")
    assert list(verify(archive)) == []
