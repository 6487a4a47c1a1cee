"""Where the simulated archive lies: in memory, or on moto's S3 server, whose requests are counted."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["place"]


@contextmanager
def place(store: str) -> Iterator[tuple[str, Counter[str]]]:
    """An empty place for archives, and what counts the requests that it gets."""
    if store == "folder":
        # In memory where there is some: a year of leases is half a million fsyncs, which say nothing about the archive.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        folder = tempfile.mkdtemp(prefix="broadtape-year-", dir=memory)
        try:
            yield folder, Counter()
        finally:
            shutil.rmtree(folder)
        return
    with _moto() as found:
        yield found


@contextmanager
def _moto() -> Iterator[tuple[str, Counter[str]]]:
    import logging

    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ |= {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_REGION": "us-east-1"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
    boto3.session.Session().client("s3", region_name="us-east-1").create_bucket(Bucket="year")
    requests: Counter[str] = Counter()
    log = logging.getLogger("werkzeug")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(logging.NullHandler())  # else werkzeug adds one that prints
    log.addFilter(lambda record: _count(record.getMessage(), requests))
    try:
        yield "s3://year", requests
    finally:
        server.stop()


def _count(line: str, requests: Counter[str]) -> bool:
    """Counts one line of the server's log, by method and kind of object; keeps it from being printed."""
    words = line.split('"')
    if len(words) > 1:
        method, _, path = words[1].lstrip("\x1b[0123456789m").partition(" ")
        kinds = ("leases", "_delta_log", "captures", "articles", "decisions")
        kind = next((kind for kind in kinds if kind in path), "other")
        requests[f"{method} {'list ' if 'list-type' in path else ''}{kind}"] += 1
    return False
