from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gateway import Gateway

from broadtape.archive import Archive

_REAL_ENDPOINT = os.environ.get("AWS_ENDPOINT_URL")
_AWS = {"AWS_ACCESS_KEY_ID": "test-key", "AWS_SECRET_ACCESS_KEY": "test-secret", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def moto_bucket(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new bucket on the mock server, and the environment that leads there."""
    for name, value in {**_AWS, "AWS_ENDPOINT_URL": moto_url, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    return _bucket()


def _bucket() -> str:
    import boto3

    name = f"test-{uuid.uuid4()}"
    boto3.session.Session().client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3) if _REAL_ENDPOINT else "moto"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an archive may be made: a folder, and the real server that CI names or, without one, the mock server."""
    if request.param == "folder":
        return str(tmp_path / "my [news] archive ü")
    bucket = request.getfixturevalue("moto_bucket") if request.param == "moto" else _bucket()
    return f"s3://{bucket}/news/2026.v1"


@pytest.fixture
def archive(uri: str) -> Archive:
    return Archive.open(uri, create=True)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def run_python(tmp_path: Path) -> Callable[..., Any]:
    """Starts a Python program that can import what the tests import."""
    import subprocess
    import sys

    def start(program: str, *arguments: object) -> subprocess.Popen[str]:
        path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])])
        return subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )

    return start


@pytest.fixture
def gateway(moto_url: str, moto_bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """What stands between the archive and the mock server, counts requests and can break them."""
    proxy = Gateway(moto_url)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    yield proxy
    proxy.close()
