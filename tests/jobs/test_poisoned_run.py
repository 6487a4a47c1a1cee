"""Poison in every field of every kind of input, through a whole run: it costs the fact, the record or the listing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path

import polars as pl
import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.spool import Spool
from broadtape.archive.warc import SegmentWriter
from broadtape.capture import Note
from broadtape.jobs.archive_news import archive_news
from broadtape.jobs.crawling.order import Order
from broadtape.jobs.maintain import maintain

pytestmark = pytest.mark.attack
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
Values = dict[str, object]
SITE = """
title: {name}
homepage: https://{name}.example/
hosts: [{name}.example]
article_patterns: ['/a/.+']
feeds: ['https://{name}.example/feed']
"""
MORE = "news_sitemaps: ['https://{name}.example/news.xml']\nsections: ['https://{name}.example/section']\n"

IN_XML = (
    "&#xD83D;", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00Z", "&#0;\x1b[2J", "=1+1|' /C calc'!A0",
    "http://[::1]/a", "http://[x/a", "javascript:alert(1)", "%", "&bogus;<b>", "x" * 100_000, "", "\u202egnp", "-1",
)  # fmt: skip
IN_ITEMS = (
    "title",
    "link",
    "guid",
    "pubDate",
    "author",
    "category",
    "description",
    "dc:creator",
    "dc:date",
    "enclosure",
)
IN_SITEMAPS = ("loc", "lastmod", "news:title", "news:publication_date", "news:keywords", "news:language", "changefreq")
IN_JSON = (
    "half a pair \ud83d", "9999-12-31T23:59:59.9999999Z", "0001-01-01", "\x00\x1b[2J", "=1+1", "http://[::1]/a", [],
    {}, [[["x"]]], {"name": {"name": 4}}, 1e308, -1, None, True, "x" * 100_000, {"@id": "http://[x/"},
)  # fmt: skip
IN_LD = (
    "headline", "author", "datePublished", "dateModified", "keywords", "articleSection", "description", "articleBody",
    "url", "mainEntityOfPage", "publisher", "inLanguage", "@type", "isAccessibleForFree", "about", "image",
)  # fmt: skip
IN_METAS = ("og:title", "author", "article:published_time", "og:url", "keywords", "og:site_name", "og:locale", "robots")
IN_HEADERS = (
    ("Content-Type", ("text/html; charset=undefined", "text/html; charset=punycode", "text/html; charset=idna", "x")),
    ("Content-Encoding", ("zip", "hex", "gzip, gzip", "br")),
    ("Last-Modified", ("Fri, 31 Dec 9999 23:59:59 GMT", "0")),
    ("ETag", ('"\xff"', "x" * 5_000)),
    ("X-Robots-Tag", ("unavailable_after: 9999", "noarchive" * 500)),
    ("Link", ("<http://[x/>; rel=canonical", "<" * 2_000)),
    ("Date", ("Mon, 01 Jan 0001 00:00:00 GMT",)),
)


class Recording:
    """Answers of two outlets, of which one is poisoned in every field that is read."""

    def __init__(self, folder: Path) -> None:
        self.closed: list[Path] = []
        self.writer = SegmentWriter(folder, site="kelp", run="r", info={}, on_closed=self.closed.append)
        self.listed: set[str] = set()
        self._numbers = count(1)

    def answer(self, url: str, body: bytes, headers: list[tuple[str, str]] | None = None, status: int = 200) -> None:
        told = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers or []]
        kind = [] if any(name == "Content-Type" for name, _ in headers or []) else [(b"Content-Type", b"text/html")]
        self.writer.response(
            url=url, status=status, reason="", headers=[*kind, *told], body=body, date=AT,
            note=Note("fetch", "kelp", "r", url=url),
        )  # fmt: skip

    def story(self, ld: Values | None = None, head: str = "", headers: list[tuple[str, str]] | None = None) -> str:
        """A story with this in it; gives its address."""
        number = next(self._numbers)
        url = f"https://kelp.example/a/{number}"
        values = {"@type": "NewsArticle", "headline": f"Kelp prices {number}", "datePublished": AT.isoformat()}
        script = f'<script type="application/ld+json">{json.dumps({**values, **(ld or {})})}</script>'
        self.answer(url, page(number, script + head), headers)
        self.listed.add(url)
        return url


def page(number: int, head: str = "") -> bytes:
    body = "".join(
        f"<p>Kelp of kind {number} rose by {n} pence a ton, said the {n}th of the dealers.</p>" for n in range(6)
    )
    start = f"<html><head><title>Kelp prices {number}</title>{head}</head><body><h1>Kelp prices {number}</h1>"
    return f"{start}<article>{body}</article></body></html>".encode("utf-8", "surrogatepass")


def poisoned_pages(recording: Recording) -> Iterator[str]:
    """Every value in every field of a page; each story holds one of JSON-LD and one of a meta element."""
    metas = cycle(f'<meta name="{name}" content="{value}">' for name in IN_METAS for value in IN_XML)
    yield from (recording.story({field: value}, head=next(metas)) for field in IN_LD for value in IN_JSON)


def entries(fields: tuple[str, ...], address: str, told: dict[str, str], urls: Iterator[str]) -> Iterator[str]:
    """Every value in every field of a listing's entry; one with a poisoned address leads to no page."""
    for field in fields:
        for value in IN_XML:
            entry = {address: "" if field == address else next(urls), **told, field: value}
            yield "".join(f"<{k}>{v}</{k}>" for k, v in entry.items())


def others(recording: Recording) -> Iterator[str]:
    """Poison in the headers of answers."""
    yield from (recording.story(headers=[(name, value)]) for name, values in IN_HEADERS for value in values)
    for number, location in enumerate(("javascript:alert(1)", "http://[x/", "//", "\x00", "data:text/html,x")):
        url = f"https://kelp.example/a/moved-{number}"
        recording.answer(url, b"", [("Location", location)], 302)
        recording.listed.add(url)
        yield url


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    made = Recording(tmp_path / "recorded")
    pages = poisoned_pages(made)
    item = {"title": "Kelp", "pubDate": "Fri, 20 Nov 2026 08:00:00 GMT"}
    in_feed = list(entries(IN_ITEMS, "link", item, pages))
    in_sitemap = "".join(f"<url>{each}</url>" for each in entries(IN_SITEMAPS, "loc", {"news:title": "Kelp"}, pages))
    in_feed += [f"<link>{url}</link>" for url in (*pages, *others(made))]
    items = "".join(f"<item>{each}</item>" for each in in_feed)
    made.answer("https://kelp.example/feed", f"<rss><channel>{items}</channel></rss>".encode())
    made.answer("https://kelp.example/news.xml", f"<urlset>{in_sitemap}</urlset>".encode())
    links = "".join(f"<a href='{value[:200]}'>{value[:200]}</a>" for value in IN_XML)
    made.answer("https://kelp.example/section", f"<base href='http://[x/'>{links}".encode())
    made.answer("https://kelp.example/robots.txt", b"\xff\xfe\x00\nUser-agent: \x00\nCrawl-delay: 1e999\nDisallow: %\n")
    made.answer("https://kelp.example/.well-known/tdmrep.json", b'[{"location": ["x"]}, 1, {"location": "\\ud83d"}]')
    for number in range(3):
        made.answer(f"https://moss.example/a/{number}", page(900 + number))
    links = "".join(f"<item><link>https://moss.example/a/{number}</link></item>" for number in range(3))
    made.answer("https://moss.example/feed", f"<rss><channel>{links}</channel></rss>".encode())
    made.writer.close()
    return made


@pytest.mark.slow
def test_a_run_over_poison_and_the_runs_after_it(
    tmp_path: Path, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, uri = tmp_path / "config", str(tmp_path / "archive")
    (config / "sites").mkdir(parents=True)
    (config / "broadtape.toml").write_text("workers = 1\n")
    (config / "sites" / "kelp.yaml").write_text((SITE + MORE + "max_pages_per_run: 2000\n").format(name="kelp"))
    (config / "sites" / "moss.yaml").write_text(SITE.format(name="moss"))
    monkeypatch.setenv("BROADTAPE_SPOOL", str(tmp_path / "spool"))
    asked = {"archive": uri, "config": str(config), "replay": str(recording.closed[0])}

    report = archive_news(Order(**asked))
    assert "moss" not in report.troubles
    archive = Archive.open(uri)
    rows = archive.tables["captures"].read(lambda rows: rows.filter(pl.col("url").is_not_null()))
    told = {row["url"] for row in rows.to_dicts()}
    assert recording.listed - told == set()
    outcomes = dict(rows.group_by("outcome").len().iter_rows())
    assert outcomes["archived"] + outcomes["unchanged"] > 0.9 * len(told), outcomes  # some call themselves another
    assert {article.site for article in broadtape.open(uri).articles()} == {"kelp", "moss"}
    assert [waiting for waiting in Spool(tmp_path / "spool", uri).waiting() if waiting.files] == []

    again = archive_news(Order(sites=("moss",), **asked))
    assert again.troubles == {}
    maintain(archive=uri, config=str(config))
    assert list(verify(archive)) == []
