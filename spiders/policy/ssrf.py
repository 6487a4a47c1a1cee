"""Network addresses that a crawler of the public web has no business with."""

from __future__ import annotations

import socket
import unicodedata
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

__all__ = ["Address", "literal_address", "why_private"]

Address = IPv4Address | IPv6Address

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_SIIT = IPv6Network("::ffff:0:0:0/96")
"""IPv4 addresses as SIIT translates them (RFC 7915)."""
_ISATAP = 0x5EFE
"""The second of the last four groups of an ISATAP address (RFC 5214); an IPv4 address follows it."""
_METADATA = (
    # Servers that hand a cloud machine its credentials, where they do not lie in a private range anyway.
    ip_network("168.63.129.16/32"),
    ip_network("192.0.0.0/24"),
    ip_network("fd00:ec2::/32"),
)


def literal_address(host: str) -> Address | None:
    """The address that `host` spells out in any way a resolver would take: dotted, decimal, hex, octal, IPv6."""
    text = unicodedata.normalize("NFKC", host).replace("。", ".").strip("[]").rstrip(".").partition("%")[0]
    try:
        return ip_address(text)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(text)) if text and not any(map(str.isspace, text)) else None
    except (OSError, ValueError):
        return None


def why_private(address: Address) -> str | None:
    """The kind of network that `address` lies on if it is not the public internet; None if it is."""
    inner = _embedded(address)
    if inner is not None:
        return why_private(inner)
    if address.is_unspecified or address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    if any(address in network for network in _METADATA):
        return "metadata"
    if address.is_multicast:
        return "multicast"
    # Site-local addresses (fec0::/10) were withdrawn: `is_global` takes them for public, and networks still use them.
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return None if address.is_global and not site_local else "private"


def _embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, compatible, 6to4, Teredo's client, NAT64, SIIT, ISATAP."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    low = int(address) & 0xFFFFFFFF
    translated = any(address in network for network in (*_NAT64, _SIIT))
    isatap = (int(address) >> 32) & 0xFCFFFFFF == _ISATAP
    if translated or isatap or (int(address) >> 32 == 0 and low > 1):
        return IPv4Address(low)
    return None
