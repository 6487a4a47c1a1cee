"""Indexes of sitemaps as a crawl reads them: newest first, each once, and what a run leaves goes on with the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawl_lab import Crawled, Reply, Server, commit, crawl, job_of, outlet, rss, served, sitemap

from broadtape.times import iso

_NOW = datetime.now(UTC)
_SINCE = _NOW - timedelta(weeks=53)


def _index(base: str, entries: Iterable[tuple[str, str | None]]) -> bytes:
    sitemaps = "".join(
        f"<sitemap><loc>{base}{path}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>" for path, at in entries
    )
    return f"<sitemapindex>{sitemaps}</sitemapindex>".encode()


def _weeks(server: Server, count: int) -> None:
    """An archive of one story a week, the oldest first in its index."""
    entries = []
    for week in reversed(range(count)):
        at = iso(_NOW - timedelta(weeks=week, hours=1))
        server.routes[f"/weeks/{week}.xml"] = Reply(sitemap([(f"{server.base}/story-{week}", at)]))
        server.routes[f"/story-{week}"] = Reply()
        entries.append((f"/weeks/{week}.xml", at))
    server.routes["/weeks.xml"] = Reply(_index(server.base, entries))
    server.routes["/feed"] = Reply(rss(server.base, []))


def _read(server: Server, folder: str) -> list[str]:
    return [path for path in server.paths() if path.startswith(folder)]


def _left(crawled: Crawled, site: str) -> int:
    return sum(listing.get("left", 0) for listing in crawled.poll(site).detail["listings"])


@pytest.fixture(scope="module")
def backfilled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[Crawled]]]:
    """Eighty weeks, read back a year with room for thirty stories a run; the later runs are ordinary ones."""
    folder = tmp_path_factory.mktemp("backfill")
    with served() as server:
        _weeks(server, 80)
        site = outlet("weekly", server, archive_sitemaps=[f"{server.base}/weeks.xml"], max_pages_per_run=30)
        runs = []
        for number, since in enumerate((_SINCE, None, None)):
            crawled = crawl(job_of(folder, site, run=f"20261123T20190{number}Z-ab12cd", since=since))
            commit(folder, crawled)
            runs.append(crawled)
        yield server, runs


def test_an_archive_is_read_from_the_newest_sitemap_back(backfilled: tuple[Server, list[Crawled]]) -> None:
    server, _ = backfilled
    read = _read(server, "/weeks/")
    assert read[:30] == [f"/weeks/{week}.xml" for week in range(30)]


def test_what_one_run_leaves_the_next_goes_on_with(backfilled: tuple[Server, list[Crawled]]) -> None:
    server, (first, second, third) = backfilled
    assert set(_read(server, "/story-")) == {f"/story-{week}" for week in range(53)}
    assert set(_read(server, "/weeks/")) == {f"/weeks/{week}.xml" for week in range(53)}
    assert _left(first, "weekly") > 0
    assert (_left(second, "weekly"), _left(third, "weekly")) == (0, 0)
    assert first.ends["weekly"].state is not None
    assert first.ends["weekly"].state.backfill
    assert not second.ends["weekly"].state.backfill  # type: ignore[union-attr]


def test_what_was_read_for_an_order_is_not_read_again_for_it(backfilled: tuple[Server, list[Crawled]]) -> None:
    server, _ = backfilled
    asked = Counter(_read(server, "/weeks/"))
    assert sum(asked.values()) - len(asked) <= 16  # the batch in which the budget ran out


def test_an_index_without_times_is_read_by_what_its_addresses_say(tmp_path: Path) -> None:
    months = [(year, month) for year in range(2020, 2027) for month in range(1, 13)]
    with served() as server:
        for year, month in months:
            server.routes[f"/map-{year}-{month:02}.xml"] = Reply(sitemap([(f"{server.base}/{year}-{month:02}", None)]))
            server.routes[f"/{year}-{month:02}"] = Reply()
        server.routes["/map.xml"] = Reply(_index(server.base, [(f"/map-{y}-{m:02}.xml", None) for y, m in months]))
        site = outlet("monthly", server, feeds=[], news_sitemaps=[f"{server.base}/map.xml"], max_pages_per_run=5)
        crawled = crawl(job_of(tmp_path, site))
        assert _read(server, "/map-")[:2] == ["/map-2026-12.xml", "/map-2026-11.xml"]
        assert _left(crawled, "monthly") == len(months) - len(_read(server, "/map-")) > 0
        commit(tmp_path, crawled)
        crawled = crawl(job_of(tmp_path, site, run="20261124T201900Z-ab12cd"))
        assert crawled.ends["monthly"].counts.fetched == 5


def test_indexes_that_name_each_other_are_read_once(tmp_path: Path) -> None:
    with served() as server:
        maps = [f"/m{n}.xml" for n in range(4)]
        server.routes["/one.xml"] = Reply(
            _index(server.base, [(path, None) for path in ["/one.xml", "/two.xml", *maps]])
        )
        server.routes["/two.xml"] = Reply(_index(server.base, [(path, None) for path in ["/one.xml#x", *maps]]))
        for path in maps:
            server.routes[path] = Reply(sitemap([(f"{server.base}/story{path[:3]}", None)]))
            server.routes[f"/story{path[:3]}"] = Reply()
        sources = [f"{server.base}/one.xml", f"{server.base}/two.xml"]
        crawled = crawl(job_of(tmp_path, outlet("rings", server, feeds=[], news_sitemaps=sources)))
        assert max(Counter(server.paths()).values()) == 1
        assert crawled.ends["rings"].counts.fetched == 4


def test_a_listing_that_moved_for_good_is_followed_and_said(tmp_path: Path) -> None:
    with served() as server:
        server.routes |= {
            "/feed": Reply(b"", 301, {"Location": "/new"}),
            "/other": Reply(b"", 302, {"Location": "/new"}),
            "/new": Reply(rss(server.base, ["/a"])),
            "/a": Reply(),
        }
        site = outlet("mover", server, feeds=[f"{server.base}/feed", f"{server.base}/other"])
        crawled = crawl(job_of(tmp_path, site))
        said = {read.url: (read.status, read.moved_to) for read in crawled.ends["mover"].listings}
        assert said == {f"{server.base}/feed": ("200", f"{server.base}/new"), f"{server.base}/other": ("200", None)}
        assert crawled.ends["mover"].counts.fetched == 1


def test_what_of_a_listing_was_not_read_is_told(tmp_path: Path) -> None:
    with served() as server:
        whole = rss(server.base, ["/a", "/b"])
        server.routes |= {"/feed": Reply(whole[:-60].replace(b"/a<", b"<"))}
        crawled = crawl(job_of(tmp_path, outlet("torn", server)))
        (listing,) = crawled.poll("torn").detail["listings"]
        assert (listing["status"], listing["cut"]) == ("200", "it breaks off before </rss>")


def test_relative_links_of_a_section_lead_from_its_base(tmp_path: Path) -> None:
    with served() as server:
        page = b"<html><head><base href='/'><base href='/no/'></head><body><a href='news/1'>Tin rises</a></body></html>"
        server.routes |= {"/markets/index.html": Reply(page), "/news/1": Reply()}
        site = outlet(
            "based", server, feeds=[], sections=[f"{server.base}/markets/index.html"], article_patterns=[r"/news/\d+"]
        )
        assert crawl(job_of(tmp_path, site)).told("based") == {"/news/1": (None, None)}


def test_a_crawl_delay_that_nobody_waits_for_ends_the_outlet_and_says_so(tmp_path: Path) -> None:
    with served() as slow, served() as other:
        slow.routes["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 86400\n")
        for server in (slow, other):
            server.routes |= {"/feed": Reply(rss(server.base, ["/a"])), "/a": Reply()}
        crawled = crawl(job_of(tmp_path, outlet("slow", slow), outlet("other", other)))
        assert slow.paths() == []
        assert "robots.txt asks for 86,400 s between two requests" in (crawled.ends["slow"].trouble or "")
        assert crawled.ends["other"].counts.fetched == 1


@pytest.mark.parametrize(
    ("target", "private"),
    [
        ("MAIN/robots.txt", ("skipped", "robots")),
        ("MAIN/nothing", (None, None)),
        ("/robots.txt", (None, None)),
        (None, (None, None)),
    ],
)
def test_a_robots_file_is_followed_to_another_host(
    tmp_path: Path, target: str | None, private: tuple[str | None, str | None]
) -> None:
    with served() as feeds, served() as main:
        main.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private\n")
        feeds.routes |= {"/feed": Reply(rss(feeds.base, ["/a", "/private"])), "/a": Reply(), "/private": Reply()}
        feeds.routes["/robots.txt"] = Reply(b"", 302, {"Location": target.replace("MAIN", main.base)} if target else {})
        told = crawl(job_of(tmp_path, outlet("feedhost", feeds))).told("feedhost")
        assert told == {"/a": (None, None), "/private": private}
