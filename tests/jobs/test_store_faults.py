"""A store that refuses, breaks off, loses answers and lists what was: nothing is lost, doubled or called damaged."""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.opening import open_patiently
from broadtape.errors import StoreError, StoreUnusable
from broadtape.jobs.archive_news import archive_news
from broadtape.jobs.crawling.order import Order
from broadtape.jobs.maintain import maintain
from broadtape.jobs.steps import Step, StepsHere
from examples.newsroom import Newsroom
from tests.archive.gateway import Gateway, Weather

pytestmark = pytest.mark.attack
AWS = {"AWS_ACCESS_KEY_ID": "test-key", "AWS_SECRET_ACCESS_KEY": "test-secret", "AWS_REGION": "us-east-1"}


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    proxy = Gateway(f"http://{host}:{port}")
    for name, value in {**AWS, "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": proxy.url}.items():
        monkeypatch.setenv(name, value)
    boto3.session.Session().client("s3").create_bucket(Bucket="news")
    yield proxy
    proxy.close()
    server.stop()


@pytest.mark.slow
def test_crawl_upkeep_read_and_forget_in_bad_weather(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROADTAPE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("BROADTAPE_WORKERS", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    uri = "s3://news/archive"
    weather = gateway.fault = Weather(seed=7, share=0.04)
    with Newsroom(ports="any", faults=False, delay=0.0) as room:
        asked: dict[str, Any] = {"archive": uri, "config": str(room.config), "force": True}
        steps = StepsHere(retry_after=(0.5,) * 8)
        sites = ("kontorblatt", "marketferry")
        for _ in range(2):
            for outlet in sites:
                room.publish(outlet, 2)
            report = archive_news(Order(sites=sites, **asked), steps=steps)
            assert report.troubles == {}, report.troubles
        expected = {story.url: list(story.lines) for story in room.expected() if story.outlet in sites}
        maintain(archive=uri, config=str(room.config), steps=steps)
        texts, found = steps.do(Step("read", lambda: read(uri)))
        assert texts == expected
        assert found > 0
        gone = sorted(expected)[0]
        forgetting = Step("forget", lambda: forget(open_patiently(uri), urls=[gone], run="f1"))
        steps.do(forgetting)
    gateway.fault = lambda _request: None
    rows = Archive.open(uri).tables["articles"].scan().select("url").collect()["url"].to_list()
    assert Counter(rows) == Counter(set(expected) - {gone})
    assert list(verify(Archive.open(uri))) == []
    assert min(weather.counts[kind] for kind in ("500", "503", "403", "cut", "reset", "lost")) > 0, weather.counts
    sys.stderr.write(f"{weather.counts.total()} faults in {len(gateway.requests)} requests: {dict(weather.counts)}\n")


def read(uri: str) -> tuple[dict[str, list[str]], int]:
    """What the archive holds, and how many stories a search finds: to a reader, a failed store is one sentence."""
    corpus = broadtape.open(uri)
    texts = {article.url: list(article.paragraphs) for article in corpus.articles()}
    return texts, len(list(corpus.search("shares OR Aktien")))


def test_opening_waits_for_a_store_that_is_away_and_for_no_setting(gateway: Gateway) -> None:
    uri, told = "s3://news/archive", io.StringIO()
    Archive.open(uri, create=True)
    left = [("503", 3), ("403", 2), ("reset", 4)]
    for kind, times in left:
        faults = iter([kind] * times)
        gateway.fault = lambda _request, faults=faults: next(faults, None)  # type: ignore[misc]
        assert open_patiently(uri, told=told.write, retry_after=(0.01, 0.01)).uri == uri
    assert "It is tried again in" in told.getvalue()
    gateway.fault = lambda _request: "403"
    with pytest.raises(StoreError, match="is denied"):
        open_patiently(uri, retry_after=(0.01,))
    asked = len(gateway.requests)
    gateway.fault = lambda _request: None
    with pytest.raises(StoreUnusable, match="There is no bucket"):
        open_patiently("s3://nowhere/archive", retry_after=(60.0,))
    assert len(gateway.requests) - asked <= 2


def test_a_download_that_breaks_off_is_made_again(gateway: Gateway, tmp_path: Path) -> None:
    store = Archive.open("s3://news/archive", create=True).objects
    data = bytes(range(256)) * 20_000
    store.put("index/text/a.store", data)
    faults = iter(["cut", "cut", "cut", None] * 2)
    gateway.fault = lambda request: next(faults, None) if request.method == "GET" else None  # type: ignore[arg-type]
    store.fetch("index/text/a.store", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == data
    with store.local("index/text/a.store") as path:
        assert path.read_bytes() == data
    gateway.fault = lambda request: "cut" if request.method == "GET" else None
    for ask in (lambda: store.get("index/text/a.store"), lambda: store.fetch("index/text/a.store", tmp_path / "b")):
        with pytest.raises(StoreError, match=r"broke off, however often it was asked\.$"):
            ask()


def test_a_password_in_the_endpoint_is_never_shown(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password = gateway.url.replace("http://", "http://ada:open-sesame@")
    monkeypatch.setenv("AWS_ENDPOINT_URL", with_password)
    gateway.fault = lambda _request: "403"
    messages = []
    for address in (with_password, "http://ada:open-sesame@127.0.0.1:1", "http://ada:open-sesame@[x/"):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        with pytest.raises(StoreError) as caught:
            Archive.open("s3://news/archive")
        messages.append(str(caught.value))
    assert [message for message in messages if "sesame" in message] == []
