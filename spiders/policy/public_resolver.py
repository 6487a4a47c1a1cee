"""Host names to addresses, public ones only.

Twisted connects to what this resolver answers and asks nobody again, so a name that resolves differently a moment later
(DNS rebinding) gains nothing: the address that was checked is the one that is connected to.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, Self

from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from twisted.internet.threads import deferToThread
from zope.interface import implementer  # type: ignore[import-untyped]

from spiders.policy.ssrf import literal_address, why_private

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

__all__ = ["PublicResolver"]

Lookup = Callable[[str, int], Sequence[str]]


def _system_lookup(name: str, port: int) -> list[str]:
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


@implementer(IHostnameResolver)
class PublicResolver:
    """Answers with the public addresses of a name; with private ones only for host and port pairs in `private`, and
    those that `allow` was told of.

    What was refused is kept in `refused`, by (host, port), with the kind of network it lies on.
    """

    def __init__(self, reactor: ReactorBase, private: Collection[str] = (), lookup: Lookup = _system_lookup) -> None:
        self._reactor, self._private, self._lookup = reactor, set(private), lookup
        self.refused: dict[tuple[str, int], str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """As Scrapy makes it; the setting PRIVATE_HOSTS holds `host:port` pairs."""
        return cls(reactor, crawler.settings.getlist("PRIVATE_HOSTS"))

    def allow(self, host: str, port: int) -> None:
        """This host and port may lie on a private network from now on."""
        self._private.add(f"{host}:{port}")

    def install_on_reactor(self) -> None:
        """Makes every connection of the process ask here."""
        self._reactor.installNameResolver(self)  # type: ignore[arg-type]  # declared by a decorator mypy cannot follow

    def resolveHostName(  # noqa: N802 - the name and the parameters are Twisted's IHostnameResolver's
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: object = None,  # noqa: ARG002, N803
        transportSemantics: str = "TCP",  # noqa: ARG002, N803
    ) -> HostResolution:
        """Looks the name up in a thread and hands on what may be connected to."""
        resolution = HostResolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)

        def deliver(addresses: Any) -> None:
            for address in addresses if isinstance(addresses, list) else []:
                kind = IPv6Address if ":" in address else IPv4Address
                resolutionReceiver.addressResolved(kind("TCP", address, portNumber))
            resolutionReceiver.resolutionComplete()

        deferToThread(self.public_addresses, hostName, portNumber).addBoth(deliver)
        return resolution

    def public_addresses(self, name: str, port: int) -> list[str]:
        """The addresses of `name` that may be connected to at `port`; blocks. Raises OSError if there are none."""
        found = self._lookup(name, port)
        if f"{name}:{port}" in self._private:
            return list(found)
        private = {address: _why_refused(address) for address in found}
        public = [address for address, why in private.items() if why is None]
        if found and not public:
            self.refused[name, port] = next(why for why in private.values() if why)
        return public


def _why_refused(text: str) -> str | None:
    address = literal_address(text)
    return "unreadable" if address is None else why_private(address)
