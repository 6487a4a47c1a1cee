"""Every entry point that sees bytes from outside takes time in proportion to them, whatever they are.

No time is asserted, only how it grows: four times the bytes, about four times the seconds. A shape that looks worse is
measured again before it is called so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hostile_shapes import ADDRESSES, LINES, LISTINGS, MARKUP, PAGES, ROBOTS, TDM, TIMES, WARCS, page

from broadtape import urls
from broadtape.archive.warc.reader import scan
from broadtape.cleaning import clean_text, extract
from broadtape.cleaning.page.charset import decode
from broadtape.corpus.fulltext.syntax import parse as parse_query
from broadtape.errors import BroadtapeError, ConfigError
from broadtape.rights.page_signals import page_signals
from broadtape.rights.robots import Robots
from broadtape.rights.tdm import TdmRep
from broadtape.site import Site, load_site
from broadtape.stated_times.reading import read_time
from broadtape.times import utcnow
from broadtape.web.sanitize import disarmed
from spiders.discovery.documents.extent import Extent
from spiders.discovery.feeds import parse_feed
from spiders.discovery.section_pages import parse_section
from spiders.discovery.sitemaps import parse_sitemap

pytestmark = pytest.mark.attack

MEASURED = 0.008
"""CPU seconds, beyond those of next to nothing, that are long enough to be measured."""
MOST = 25_000
TIMES_MORE = 4
QUADRATIC = 8.0
"""Between the 4 of what is linear, with some room for caches and the collector, and the 16 of what is quadratic."""
FLOOR = 0.05
"""CPU seconds that four times the bytes may take whatever the ratio: it was no more than noise and a first call."""
ADDRESS = "https://news.example/a/1"
SITE = Site.model_validate(
    {
        "name": "example", "title": "Example", "homepage": "https://news.example/", "hosts": ["news.example"],
        "article_patterns": ["/a/.+"], "feeds": ["https://news.example/feed"],
    }
)  # fmt: skip

Shapes = dict[str, Callable[[int], Any]]


def robots(body: bytes) -> None:
    told = Robots.answered("https://news.example", 200, body, utcnow())
    for token in ("broadtape", "Scrapy"):
        told.refusal(ADDRESS + "a" * 500, token)
        told.spacing(token)
        told.signals(token)


def addresses(url: str) -> None:
    for read in (urls.canonical_url, urls.request_url, urls.url_id, urls.parameters, urls.host_of):
        read(url)
    urls.article_id("example", url)


def records(data: bytes, folder: Path) -> None:
    path = folder / "hostile.warc.gz"
    path.write_bytes(data)
    for record in scan(path):
        if http := getattr(record, "http", None):
            http.content()


ENTRIES: dict[str, tuple[Callable[..., object], Shapes]] = {
    "cleaning of a page": (lambda data: extract(data, ADDRESS, content_type="text/html"), PAGES),
    "cleaning of plain text": (clean_text, LINES),
    "charsets": (decode, MARKUP),
    "a page's rights": (lambda data: page_signals([], data, "broadtape"), MARKUP),
    "a page's headers": (lambda text: page_signals([(b"X-Robots-Tag", text.encode())], b"", "broadtape"), LINES),
    "an archived page as shown": (lambda data: disarmed(data, "text/html"), MARKUP),
    "feeds": (lambda data: parse_feed(data, ADDRESS, content_type="application/rss+xml"), LISTINGS),
    "sitemaps": (lambda data: parse_sitemap(data, ADDRESS, content_type="text/xml"), LISTINGS),
    "section pages": (lambda data: parse_section(data, ADDRESS, SITE, Extent()), MARKUP),
    "robots.txt": (robots, ROBOTS),
    "reservations": (lambda data: TdmRep.answered(200, data, utcnow()).reserves(ADDRESS), TDM),
    "stated times": (read_time, TIMES),
    "addresses": (addresses, ADDRESSES),
    "searches": (parse_query, LINES),
}
CASES = [(entry, shape) for entry, (_, shapes) in ENTRIES.items() for shape in shapes]


def seconds(action: Callable[[Any], object], value: object) -> float:
    begun = time.process_time()
    with suppress(BroadtapeError, ValueError):
        action(value)
    return time.process_time() - begun


def grows(action: Callable[[Any], object], shape: Callable[[int], Any]) -> Iterator[tuple[float, float]]:
    """The time for so much, and for four times as much, as often as it is asked; what is small is not measured."""
    size, nothing = 100, seconds(action, shape(1))
    while seconds(action, few := shape(size)) - nothing < MEASURED and size < MOST:
        size *= 2
    many = shape(TIMES_MORE * size)
    while True:
        yield seconds(action, few) - nothing, seconds(action, many) - nothing


def assert_linear(action: Callable[[Any], object], shape: Callable[[int], Any]) -> None:
    measured = []
    for few, many in grows(action, shape):
        measured.append((few, many))
        if many <= max(FLOOR, QUADRATIC * few):
            return
        if len(measured) == 3:
            break
    least = min(few for few, _ in measured), min(many for _, many in measured)
    assert least[1] <= QUADRATIC * least[0], f"four times the bytes took {least[1] / least[0]:.0f} times as long"


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """The first page loads what the others use."""
    extract(page(""), ADDRESS)
    clean_text("Loading...\n\nThe index rose.")


@pytest.mark.parametrize(("entry", "shape"), CASES, ids=[f"{entry}: {shape}" for entry, shape in CASES])
def test_time_grows_with_the_bytes(entry: str, shape: str) -> None:
    action, shapes = ENTRIES[entry]
    assert_linear(action, shapes[shape])


@pytest.mark.parametrize("shape", WARCS)
def test_time_grows_with_the_recording(tmp_path: Path, shape: str) -> None:
    assert_linear(lambda data: records(data, tmp_path), WARCS[shape])


def test_an_outlets_file_of_aliases_is_refused_at_once(tmp_path: Path) -> None:
    bomb = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    file = tmp_path / "ledger.yaml"
    file.write_text("\n".join([*bomb, "title: *a39"]))
    begun = time.process_time()
    with pytest.raises(ConfigError, match=r"ledger\.yaml: .*\.$") as caught:
        load_site(file)
    assert len(str(caught.value)) < 500
    assert time.process_time() - begun < 5  # 14 s, and half a gigabyte, where its aliases are followed
