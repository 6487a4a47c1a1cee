"""A schedule has one owner for each server: another refuses, takes over from it, or from one that is gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from broadtape.times import iso, utcnow


@pytest.fixture
def owned(prefect_server: str) -> Iterator[None]:
    yield
    from prefect.client.orchestration import get_client

    from flows import schedule_owner

    with get_client(sync_client=True) as client:
        schedule_owner._remove(client)


def test_one_serves_and_another_refuses(owned: None) -> None:
    from flows.schedule_owner import Ownership, ScheduleTaken

    first, second = Ownership(server=False), Ownership(server=False)
    assert first.claim(take_over=False) is None
    assert first.renew()
    with pytest.raises(ScheduleTaken, match="add --take-over"):
        second.claim(take_over=False)
    second.release()
    assert first.mine(), "what is another's is not given up"
    first.release()
    assert second.claim(take_over=False) is None
    assert not first.renew()


def test_taking_over_waits_for_the_former_to_end(owned: None) -> None:
    from flows.schedule_owner import Ownership

    first, second = Ownership(server=False), Ownership(server=False)
    first.claim(take_over=False)
    asked = threading.Event()

    def serve() -> None:
        while first.renew():
            asked.wait(0.2)
        first.release()

    former = threading.Thread(target=serve)
    former.start()
    assert second.claim(take_over=True) is None
    former.join()
    assert second.mine()
    assert not first.mine()


def test_the_former_takes_its_server_along(owned: None) -> None:
    from flows.schedule_owner import Ownership

    first, second = Ownership(server=True), Ownership(server=False)
    first.claim(take_over=False)

    def end_when_asked() -> None:
        while first.renew():
            threading.Event().wait(0.2)
        first.release()

    former = threading.Thread(target=end_when_asked)
    former.start()
    owner = second.claim(take_over=True)
    former.join()
    assert owner
    assert owner.server
    assert owner.pid


def test_one_that_is_gone_owns_nothing(owned: None) -> None:
    from flows.schedule_owner import Owner

    me = Owner.me(server=False)
    assert not me.gone(utcnow())
    assert replace(me, host="elsewhere", seen=iso(utcnow() - timedelta(minutes=4))).gone(utcnow())
    boot, space, _, started = me.process.split(":")
    assert replace(me, process=f"{boot}:{space}:999999999:{started}").gone(utcnow())
    assert Owner.read("not what a schedule wrote") is None
