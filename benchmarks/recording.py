"""A recording to measure by: the generated pages of a newsroom, and other people's between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

from broadtape.archive.warc.record import fields_member, http_member
from broadtape.times import parse_time

__all__ = ["record"]

_BEGAN = parse_time("2026-03-01T00:00:00Z")


def record(urls: Sequence[str], path: Path, *, foreign: int = 0) -> None:
    """Writes each page as a response in a gzip member of its own; `foreign` counts pages of other hosts for each."""
    with path.open("wb") as file:
        file.write(fields_member({"software": "a benchmark"}, path.name, _BEGAN))
        for number, url in enumerate(urls):
            with urlopen(url) as answer:
                headers = [(b"Content-Type", answer.headers["Content-Type"].encode())]
                http = (200, "OK", headers, answer.read())
            when = _BEGAN + timedelta(seconds=number)
            file.write(http_member("response", url, when, http, {})[1])
            for other in range(foreign):
                elsewhere = f"https://elsewhere-{other}.example/{number}"
                file.write(http_member("response", elsewhere, when, http, {})[1])
