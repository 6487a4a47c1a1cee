"""The proxies that an environment names, as all programs of a run can read them."""

from __future__ import annotations

import importlib.util
import os
import re

from broadtape.errors import ConfigError

__all__ = ["require_usable_proxies", "spare_loopback"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EVERYTHING = "*"
_SEPARATORS = re.compile(r"[,\s]+")
_NAMES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_SOCKS = ("socks5", "socks5h")


def spare_loopback() -> None:
    """Keeps this machine's own addresses from any proxy that the environment names: a company's refuses them.

    Programs differ in which of the two variables they read, in what may part the hosts, and in whether IPv6 has
    brackets; `*` counts for some of them only where it stands alone.
    """
    named = [host for name in ("no_proxy", "NO_PROXY") for host in _SEPARATORS.split(os.environ.get(name, ""))]
    spared = dict.fromkeys(re.sub(r"^\[(.*)\]$", r"\1", host) for host in named if host)
    hosts = _EVERYTHING if _EVERYTHING in spared else ",".join(dict.fromkeys((*spared, *_LOOPBACK)))
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = hosts


def require_usable_proxies() -> None:
    """Raises ConfigError for a proxy that Prefect's client would end at, though it asks it for nothing: it makes ready
    for each that is named."""
    known = ("http", "https", *(_SOCKS if importlib.util.find_spec("socksio") else ()))
    for name in _NAMES:
        scheme, parted, _rest = os.environ.get(name, "").partition("://")
        if not parted or scheme.lower() in known:
            continue
        advice = f"unset {name} for this command"
        if scheme.lower() in _SOCKS:
            advice += ", or have 'pip install \"httpx[socks]\"' teach it to"
        raise ConfigError(f"{name} names a {scheme} proxy, which Prefect's client cannot use: {advice}.")
