"""Addresses that a crawler of the public web must not touch, in every way of writing them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.policy.ssrf import literal_address, why_private

pytestmark = pytest.mark.attack

_LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "127.0.0.1.", "127.255.255.254", "0.0.0.0", "0", "::1", "[::1]", "::", "::ffff:127.0.0.1", "[::ffff:7f00:1]",
    "::127.0.0.1", "64:ff9b::127.0.0.1", "::ffff:0:127.0.0.1", "2001:db8::200:5efe:7f00:1",
    "2002:7f00:1::", "１２７.０.０.１", "127。0。0。1",
]  # fmt: skip
_OTHERS = {
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "192.168.1.1": "private",
    "3232235777": "private",
    "100.64.0.1": "private",
    "fc00::1": "private",
    "169.254.169.254": "link-local",
    "0xa9fea9fe": "link-local",
    "::ffff:169.254.169.254": "link-local",
    "::ffff:0:10.0.0.1": "private",
    "fec0::1": "private",
    "feff::ffff": "private",
    "2a00::5efe:169.254.169.254": "link-local",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fd00:ec2::254": "metadata",
    "168.63.129.16": "metadata",
    "192.0.0.192": "metadata",
    "224.0.0.1": "multicast",
    "ff02::1": "multicast",
    "255.255.255.255": "private",
    "240.0.0.1": "private",
    "192.0.2.1": "private",
    "2001:db8::1": "private",
}
_PUBLIC = ["8.8.8.8", "134744072", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("host", _LOOPBACK)
def test_every_way_of_writing_loopback_is_found(host: str) -> None:
    address = literal_address(host)
    assert address is not None
    assert why_private(address) == "loopback"


@pytest.mark.parametrize(("host", "kind"), _OTHERS.items())
def test_other_networks_are_named(host: str, kind: str) -> None:
    address = literal_address(host)
    assert address is not None
    assert why_private(address) == kind


@pytest.mark.parametrize("host", _PUBLIC)
def test_public_addresses_pass(host: str) -> None:
    address = literal_address(host)
    assert address is not None
    assert why_private(address) is None


@pytest.mark.parametrize("host", ["www.example.com", "localhost", "", "1.2.3.4.5", "127.0.0.1 x", "dead.beef", "a:b"])
def test_names_are_no_addresses(host: str) -> None:
    assert literal_address(host) is None


@given(st.ip_addresses(v=4), st.sampled_from(["{d}", "0x{d:x}", "0{d:o}", "{a}", "::ffff:{a}", "[::ffff:{a}]"]))
def test_writing_an_address_differently_changes_nothing(address: IPv4Address, form: str) -> None:
    written = literal_address(form.format(d=int(address), a=address))
    assert written is not None
    assert why_private(written) == why_private(address)


@given(st.text(max_size=60))
def test_no_host_raises(host: str) -> None:
    assert isinstance(literal_address(host), IPv4Address | IPv6Address | None)
