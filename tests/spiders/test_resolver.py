"""The resolver hands out public addresses only, and remembers what it refused."""

from __future__ import annotations

import socket

import pytest
from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address, IPv6Address

from spiders.policy.public_resolver import PublicResolver


def _resolver(*addresses: str, private: tuple[str, ...] = ()) -> PublicResolver:
    return PublicResolver(None, private, lookup=lambda _name, _port: addresses)  # type: ignore[arg-type]


def test_public_addresses_pass() -> None:
    resolver = _resolver("93.184.216.34", "2606:4700::1111")
    assert resolver.public_addresses("www.example.com", 443) == ["93.184.216.34", "2606:4700::1111"]
    assert resolver.refused == {}


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%eth0", "::ffff:10.0.0.1"]
)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    resolver = _resolver(address)
    assert resolver.public_addresses("inside.example.com", 80) == []
    assert ("inside.example.com", 80) in resolver.refused


def test_of_a_mixed_answer_only_the_public_part_is_used() -> None:
    assert _resolver("127.0.0.1", "8.8.8.8").public_addresses("mixed.example.com", 80) == ["8.8.8.8"]


def test_a_granted_host_and_port_may_be_private() -> None:
    resolver = _resolver("127.0.0.1", private=("127.0.0.1:8600",))
    assert resolver.public_addresses("127.0.0.1", 8600) == ["127.0.0.1"]
    assert resolver.public_addresses("127.0.0.1", 8601) == []
    assert resolver.public_addresses("localhost", 8600) == []


def test_a_name_that_rebinds_is_checked_each_time() -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    resolver = PublicResolver(None, (), lookup=lambda _name, _port: next(answers))  # type: ignore[arg-type]
    assert resolver.public_addresses("rebinding.example.com", 80) == ["8.8.8.8"]
    assert resolver.public_addresses("rebinding.example.com", 80) == []


class _Receiver:
    def __init__(self) -> None:
        self.addresses: list[object] = []
        self.complete = False

    def resolutionBegan(self, resolution: HostResolution) -> None:  # noqa: N802 - Twisted's names
        self.name = resolution.name

    def addressResolved(self, address: object) -> None:  # noqa: N802
        self.addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            ["8.8.8.8", "2606:4700::1111"],
            [IPv4Address("TCP", "8.8.8.8", 443), IPv6Address("TCP", "2606:4700::1111", 443)],
        ),
        (["10.0.0.1"], []),
        (socket.gaierror("no such name"), []),
    ],
)
def test_twisted_is_told_and_never_left_waiting(
    monkeypatch: pytest.MonkeyPatch, found: object, expected: object
) -> None:
    from twisted.internet.defer import maybeDeferred

    monkeypatch.setattr("spiders.policy.public_resolver.deferToThread", maybeDeferred)

    def lookup(_name: str, _port: int) -> list[str]:
        if isinstance(found, Exception):
            raise found
        return found  # type: ignore[return-value]

    receiver = _Receiver()
    PublicResolver(None, (), lookup=lookup).resolveHostName(receiver, "www.example.com", 443)  # type: ignore[arg-type]
    assert (receiver.addresses, receiver.complete, receiver.name) == (expected, True, "www.example.com")
