from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from archive_samples import DATE, article, capture

from broadtape.archive import Archive
from broadtape.archive.claims import Claim, claims
from broadtape.archive.delta.commits import EPOCH, Fence, append
from broadtape.archive.delta.schema import article_frame
from broadtape.errors import LeaseHeld, LeaseLost, StoreError


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = DATE

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def archive(uri: str, clock: Clock) -> Iterator[Archive]:
    return Archive.open(uri, create=True, clock=clock)  # type: ignore[return-value]


@pytest.fixture
def local(tmp_path: Path, clock: Clock) -> Archive:
    return Archive.open(str(tmp_path / "archive"), create=True, clock=clock)


def test_a_lease_is_one_runs_until_it_is_given_back(archive: Archive) -> None:
    first = archive.lease("wire", run="r1")
    with pytest.raises(LeaseHeld, match="run r1"):
        archive.lease("wire", run="r2")
    other = archive.lease("post", run="r2")
    first.release()
    first.release()
    second = archive.lease("wire", run="r2")
    assert (first.epoch, second.epoch) == (1, 2)
    second.release()
    other.release()


def test_an_expired_lease_is_taken_over_and_its_holder_can_do_nothing(archive: Archive, clock: Clock) -> None:
    sleeper = archive.lease("wire", run="r1", seconds=60)
    clock.advance(59)
    with pytest.raises(LeaseHeld):
        archive.lease("wire", run="r2")
    sleeper.check()
    clock.advance(2)
    awake = archive.lease("wire", run="r2", seconds=60)
    with pytest.raises(LeaseLost, match="wire is lost"):
        archive.commit(articles=[article(1)], captures=[], leases=[sleeper])
    with pytest.raises(LeaseLost):
        sleeper.renew()
    sleeper.release()
    archive.commit(articles=[article(2)], captures=[], leases=[awake])
    assert archive.tables["articles"].scan().collect()["title"].to_list() == ["Widget outlook 2"]
    awake.release()
    assert [claim.released for claim in claims(archive.objects)] == [True]


def test_renewal_holds_it_and_a_higher_epoch_ends_it(local: Archive, clock: Clock) -> None:
    lease = local.lease("wire", run="r1", seconds=60)
    for _ in range(3):
        clock.advance(50)
        lease.renew()
    lease.check()
    usurper = Claim("wire", 2, "r2", "elsewhere", "n", clock.now + timedelta(seconds=60))
    local.objects.put(usurper.key, usurper.to_json())
    with pytest.raises(LeaseLost, match="another run has taken it over"):
        lease.renew()
    with pytest.raises(LeaseLost):
        lease.check()
    lease.release()
    assert json.loads(local.objects.get("leases/wire/000000000001.json"))["released"] is False


def test_a_lease_renews_itself(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    with archive.lease("wire", run="r1", seconds=0.6) as lease:
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            lease.check()
            time.sleep(0.05)
        (claim,) = claims(archive.objects)
        assert claim.live(archive.now())
    assert not any(thread.name == "lease wire" for thread in threading.enumerate())


def test_a_store_that_fails_for_a_while_does_not_cost_the_lease(
    local: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise StoreError("away")

    lease = local.lease("wire", run="r1", seconds=60)
    with monkeypatch.context() as patch:
        patch.setattr(local.objects, "put_hastily", down)
        with pytest.raises(StoreError):
            lease.renew()
        lease.check()
        clock.advance(61)
        with pytest.raises(LeaseLost, match="could not be renewed in time"):
            lease.check()
        lease.release()


def test_of_many_who_try_at_once_one_gets_it(local: Archive) -> None:
    got: list[int] = []
    refused: list[str] = []
    barrier = threading.Barrier(8)

    def run(number: int) -> None:
        barrier.wait()
        try:
            local.lease("wire", run=f"r{number}")
            got.append(number)
        except LeaseHeld as error:
            refused.append(str(error))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    assert len(refused) == 7


def test_lost_lease_objects_do_not_bring_old_epochs_back(local: Archive) -> None:
    for number in range(3):
        with local.lease("wire", run=f"r{number}") as lease:
            local.commit(articles=[], captures=[capture(number)], leases=[lease])
    local.objects.delete([info.key for info in local.objects.list("leases/")])
    with local.lease("wire", run="r9") as lease:
        assert lease.epoch == 4
        local.commit(articles=[], captures=[capture(9)], leases=[lease])


def test_overtaken_claims_do_not_pile_up(local: Archive) -> None:
    for number in range(50):
        local.lease("wire", run=f"r{number}").release()
    assert len(list(local.objects.list("leases/wire/"))) <= 25
    assert local.lease("wire", run="last").epoch == 51


def test_a_lease_that_says_nonsense_is_a_sentence(local: Archive) -> None:
    local.objects.put("leases/wire/000000000001.json", b"[]")
    with pytest.raises(StoreError, match="unreadable"):
        local.lease("wire", run="r1")


# The fence, where leases alone would not do.


def test_a_takeover_shuts_the_sleeper_out_before_it_reads_anything(archive: Archive, clock: Clock) -> None:
    archive.lease("wire", run="r1", seconds=60)
    clock.advance(61)
    archive.lease("wire", run="r2", seconds=60)
    sleepers_view = Archive.open(archive.uri, clock=clock)
    for name in ("articles", "captures"):
        with pytest.raises(LeaseLost, match="a later run has written"):
            append(sleepers_view.tables[name], sleepers_view.tables[name].scan().collect(), [Fence("wire", 1)])


def test_a_sleepers_commit_that_was_already_on_its_way_is_refused(local: Archive) -> None:
    """It had read the table before the other's commit; Delta's compare-and-swap refuses it, the fence says why."""
    from broadtape.archive.delta import commits

    table, sleepers = local.tables["articles"], Archive.open(local.uri).tables["articles"]
    rows = article_frame([article(1)], DATE)
    append(table, rows, [Fence("wire", 1)])
    real = commits._write_log
    overtaken: list[int] = []

    def overtake(*arguments: object) -> None:
        if not overtaken:
            overtaken.append(1)
            append(table, rows, [Fence("wire", 2)])
        real(*arguments)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commits, "_write_log", overtake)
        with pytest.raises(LeaseLost, match="later run has written"):
            append(sleepers, rows, [Fence("wire", 1)])
    assert local.tables["articles"].scan().collect().height == 2


def test_two_commits_under_one_lease_both_arrive(local: Archive) -> None:
    one, two = Archive.open(local.uri).tables["articles"], Archive.open(local.uri).tables["articles"]
    one.load()
    two.load()
    for table in (one, two, one):
        append(table, article_frame([article(1)], DATE), [Fence("wire", 3)])
    assert local.tables["articles"].scan().collect().height == 3
    assert one.existing().transaction_version("wire") == 3 * EPOCH + 2


def test_one_commit_carries_several_outlets_and_all_or_none(local: Archive) -> None:
    with local.lease("wire", run="r1") as wire, local.lease("post", run="r1") as post:
        version = local.tables["articles"].version()
        local.commit(articles=[article(1), article(1, site="post")], captures=[capture(1)], leases=[wire, post])
        assert local.tables["articles"].version() == version + 1
        append(local.tables["articles"], article_frame([article(9)], DATE), [Fence("post", 7)])
        with pytest.raises(LeaseLost, match="post"):
            local.commit(articles=[article(2), article(2, site="post")], captures=[], leases=[wire, post])
    assert local.tables["articles"].scan().collect().height == 3
