"""What the environment says of proxies, in whichever of its forms."""

from __future__ import annotations

import os
import urllib.request

import pytest

from broadtape.errors import ConfigError
from broadtape.prefect_server.proxies import require_usable_proxies, spare_loopback

_OWN = "127.0.0.1,localhost,::1"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("no_proxy", "")  # so that what is set here is undone
    monkeypatch.setenv("NO_PROXY", "")


@pytest.mark.parametrize(
    ("lower", "upper", "spared"),
    [
        ("", "", _OWN),
        ("a.example", "", f"a.example,{_OWN}"),
        ("a.example", "b.example", f"a.example,b.example,{_OWN}"),
        ("a.example b.example,,.c.example", "", f"a.example,b.example,.c.example,{_OWN}"),
        ("[::1], 127.0.0.1", "", "::1,127.0.0.1,localhost"),
        ("*", "", "*"),
        ("a.example,*", "b.example", "*"),
    ],
)
def test_this_machine_and_whatever_was_named_are_spared(
    lower: str, upper: str, spared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", lower)
    monkeypatch.setenv("NO_PROXY", upper)
    for _ in range(2):
        spare_loopback()
        assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == spared


def test_no_proxy_for_anything_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    spare_loopback()
    assert urllib.request.proxy_bypass_environment("bucket.example")  # type: ignore[attr-defined]


@pytest.mark.parametrize("proxy", ["", "http://proxy.example:3128", "HTTP://u:p@proxy.example", "proxy.example:3128"])
def test_usual_proxies_are_taken(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    require_usable_proxies()


@pytest.mark.parametrize("proxy", ["socks4://127.0.0.1:9050", "quic://proxy.example"])
def test_a_proxy_that_prefect_would_end_at_is_named(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(ConfigError, match=r"ALL_PROXY names a .* unset"):
        require_usable_proxies()


def test_a_socks_proxy_is_told_how_to_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5h://127.0.0.1:9050")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "socksio" else object())
    with pytest.raises(ConfigError, match="httpx"):
        require_usable_proxies()
