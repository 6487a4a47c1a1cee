"""Real crawls over little servers: one process, many outlets, each with a story of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawl_lab import STORY, Crawled, Reply, Server, crawl, gzipped, job_of, outlet, rss, sitemap

from broadtape.archive.warc import Record
from broadtape.crawl.events import OutletEnd, Progress


class Lab:
    """The servers of one crawl, and how it went."""

    def __init__(self) -> None:
        self.servers: dict[str, Server] = {}
        self.crawled: Crawled

    def serve(self, name: str, **routes: Reply) -> Server:
        server = self.servers[name] = Server()
        server.routes["/feed"] = Reply(rss(server.base, ["/a", "/b"]))
        server.routes |= {"/a": Reply(), "/b": Reply()}
        return server


def _flaky(*replies: Reply):
    """Each reply once, in order; the last one for ever."""
    left = list(replies)
    return lambda _headers: left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab()
    sites = [outlet("plain", lab.serve("plain"))]

    robots = lab.serve("robots")
    robots.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /a\n\nUser-agent: Scrapy\nDisallow: /b\n")
    sites.append(outlet("robots", robots))

    broken = lab.serve("broken")
    broken.routes["/robots.txt"] = Reply(b"", 503)
    sites.append(outlet("broken", broken))

    partly = lab.serve("partly")
    partly.routes["/robots.txt"] = Reply(b"User-agent: *\nDis", 206, {"Content-Range": "bytes 0-16/90"})
    sites.append(outlet("partly", partly))

    shut = lab.serve("shut")
    shut.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /\n")
    sites.append(outlet("shut", shut))

    resting = lab.serve("resting")
    resting.routes["/feed"] = Reply(rss(resting.base, [f"/{n}" for n in range(6)]))
    resting.routes |= {f"/{n}": Reply(b"", 429, {"Retry-After": "3600"}) for n in range(6)}
    sites.append(outlet("resting", resting, delay=0.01))

    recovering = lab.serve("recovering")
    recovering.routes["/a"] = _flaky(Reply(b"", 503, {"Retry-After": "1"}), Reply())
    recovering.routes["/b"] = Reply(b"", 500)
    sites.append(outlet("recovering", recovering, delay=0.01))

    budget = lab.serve("budget")
    budget.routes["/feed"] = Reply(rss(budget.base, [f"/{n}" for n in range(5)]))
    budget.routes |= {f"/{n}": Reply() for n in range(5)}
    sites.append(outlet("budget", budget, max_pages_per_run=2))

    away = lab.serve("away")
    away.routes["/feed"] = Reply(
        rss(away.base, ["/a", "/b", "/c", "http://10.0.0.1/x", "https://elsewhere.example/x", "/u"])
    )
    away.routes["/a"] = Reply(b"", 302, {"Location": "http://169.254.169.254/latest/meta-data"})
    away.routes["/b"] = Reply(b"", 301, {"Location": "http://[::ffff:127.0.0.1]/"})
    away.routes["/c"] = Reply(b"", 301, {"Location": "/moved"})
    away.routes["/moved"] = Reply()
    away.routes["/u"] = Reply(b"", 302, {"Location": f"http://user@{away.host}/a"})
    sites.append(outlet("away", away))

    feedless = lab.serve("feedless")
    feedless.routes["/feed"] = Reply(b"<html><p>We have moved.</p></html>")
    sites.append(outlet("feedless", feedless))

    teaser = lab.serve("teaser")
    sites.append(outlet("teaser", teaser, access="metadata"))

    rights = lab.serve("rights")
    rights.routes["/feed"] = Reply(rss(rights.base, ["/a", "/b", "/c", "/d", "/e"]))
    rights.routes["/.well-known/tdmrep.json"] = Reply(b'[{"location": "/e", "tdm-reservation": 1}]')
    rights.routes["/robots.txt"] = Reply(b"User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n")
    rights.routes["/a"] = Reply(headers={"X-Robots-Tag": "googlebot: noarchive"})
    rights.routes["/b"] = Reply(headers={"X-Robots-Tag": "noarchive, nosnippet"})
    rights.routes["/c"] = Reply(STORY.replace(b"<title>", b"<meta content='1' name=tdm-reservation><title>"))
    rights.routes["/d"] = Reply(STORY.replace(b"<title>", b'<meta name="ROBOTS" content="index,NoArchive"><title>'))
    sites.append(outlet("rights", rights))

    maps = lab.serve("maps")
    maps.routes["/index.xml"] = Reply(
        f"<sitemapindex><sitemap><loc>{maps.base}/news.xml.gz</loc></sitemap>"
        f"<sitemap><loc>{maps.base}/bomb.xml</loc></sitemap></sitemapindex>".encode()
    )
    maps.routes["/news.xml.gz"] = Reply(gzipped(sitemap([(f"{maps.base}/a", "2026-11-20T10:00:00Z")])))
    maps.routes["/bomb.xml"] = Reply(b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><urlset>&b;</urlset>")
    maps.routes["/section"] = Reply(b"<a href='/b'>B</a><a href='/about'>About us</a>")
    sites.append(
        outlet(
            "maps",
            maps,
            feeds=[],
            news_sitemaps=[f"{maps.base}/index.xml"],
            sections=[f"{maps.base}/section"],
            article_patterns=["/[ab]$"],
        )
    )

    encoded = lab.serve("encoded")
    encoded.routes["/a"] = Reply(gzipped(STORY), headers={"Content-Encoding": "gzip"})
    encoded.routes["/b"] = Reply(b"not gzip at all", headers={"Content-Encoding": "gzip"})
    sites.append(outlet("encoded", encoded))

    named = lab.serve("named")
    port = named.host.rpartition(":")[2]
    at_name = f"http://localhost:{port}"
    sites.append(
        outlet(
            "named", named, network="public", hosts=[f"localhost:{port}"], homepage=at_name, feeds=[f"{at_name}/feed"]
        )
    )
    literal = lab.serve("literal")
    decimal = f"http://2130706433:{literal.host.rpartition(':')[2]}"
    sites.append(
        outlet(
            "literal",
            literal,
            network="public",
            hosts=[decimal.removeprefix("http://")],
            homepage=decimal,
            feeds=[f"{decimal}/feed"],
        )
    )

    lab.crawled = crawl(job_of(tmp_path_factory.mktemp("lab"), *sites, timeout=3.0))
    yield lab
    for server in lab.servers.values():
        server.close()


def test_the_crawl_ends_well_though_outlets_fail(lab: Lab) -> None:
    assert lab.crawled.status == 0
    assert (lab.crawled.end.error, lab.crawled.end.stopped) == (None, False)
    assert set(lab.crawled.ends) == set(lab.servers)
    assert "Traceback" not in lab.crawled.log


def test_a_plain_outlet_is_kept_as_received(lab: Lab) -> None:
    assert lab.crawled.told("plain") == {"/a": (None, None), "/b": (None, None)}
    pages = [record for record in lab.crawled.responses("plain") if record.url and record.url.endswith("/a")]
    assert [page.http.body for page in pages if page.http] == [STORY]
    end = lab.crawled.ends["plain"]
    assert (end.finish_reason, end.trouble, end.counts.fetched, end.counts.new) == ("finished", None, 2, 2)


def test_we_say_who_we_are(lab: Lab) -> None:
    for asked in lab.servers["plain"].asked:
        assert asked.headers["user-agent"].startswith("broadtape/")
        assert asked.headers["user-agent"].endswith(" (+desk@broadtape.example)")
        assert asked.headers["from"] == "desk@broadtape.example"
        assert "referer" not in asked.headers
        assert "cookie" not in asked.headers


def test_host_files_are_asked_for_once_and_kept(lab: Lab) -> None:
    asked = [a.path for a in lab.servers["plain"].asked]
    assert asked.count("/robots.txt") == asked.count("/.well-known/tdmrep.json") == 1
    kept = [r.note.reason for name, r in lab.crawled.records if name == "rights" and r.note and r.note.event == "poll"]
    assert kept == ["robots.txt", "tdmrep.json"]


def test_robots_rules_for_everybody_and_for_scrapy_bind(lab: Lab) -> None:
    assert lab.crawled.told("robots") == {"/a": ("skipped", "robots"), "/b": ("skipped", "robots")}
    assert lab.servers["robots"].paths() == ["/feed"]


def test_robots_that_cannot_be_had_forbid_everything(lab: Lab) -> None:
    assert lab.servers["broken"].paths() == []
    assert lab.crawled.told("broken") == {"/feed": ("skipped", "robots: unavailable")}
    feed = lab.servers["broken"].base + "/feed"
    why = f"No listing of broken could be read: {feed}: robots: unavailable (status 503)."
    assert lab.crawled.ends["broken"].trouble == why
    assert lab.servers["partly"].paths() == []


def test_a_shut_outlet_is_noted_and_no_trouble(lab: Lab) -> None:
    assert lab.servers["shut"].paths() == []
    assert lab.crawled.told("shut") == {"/feed": ("skipped", "robots")}
    assert lab.crawled.ends["shut"].trouble is None


def test_a_host_that_asks_for_an_hour_is_left_alone(lab: Lab) -> None:
    told = lab.crawled.told("resting")
    assert len(told) == 6
    assert {reason for _, reason in told.values()} == {"host rests: status 429, Retry-After 3600 s"}
    assert lab.servers["resting"].paths() == ["/feed", "/0"]
    assert lab.crawled.ends["resting"].state.listings == {}  # its stories must be found again


def test_a_busy_server_is_asked_again_when_it_said_so(lab: Lab) -> None:
    first, second = [a.at for a in lab.servers["recovering"].asked if a.path == "/a"]
    assert second - first >= 1.0
    assert lab.crawled.told("recovering")["/a"] == (None, None)


def test_a_failure_is_noted_with_its_count(lab: Lab) -> None:
    (note,) = [n for n in lab.crawled.notes("recovering") if n.outcome == "failed"]
    assert (note.reason, note.status, note.detail) == ("500", 500, {"attempts": 1})
    assert [kept.url[-2:] for kept in lab.crawled.ends["recovering"].state.retries] == ["/b"]


def test_the_newest_come_first_and_the_rest_are_over_budget(lab: Lab) -> None:
    told = lab.crawled.told("budget")
    assert [path for path in lab.servers["budget"].paths() if path != "/feed"] == ["/0", "/1"]
    assert {path for path, (outcome, _) in told.items() if outcome is None} == {"/0", "/1"}
    assert [told[f"/{n}"] for n in (2, 3, 4)] == [("skipped", "over budget")] * 3
    assert lab.crawled.ends["budget"].state.listings == {}


def test_nothing_leaves_the_outlets_hosts(lab: Lab) -> None:
    told = lab.crawled.told("away")
    assert told.pop("/c") == (None, None)
    assert told.pop("/u") == ("skipped", "malformed address")
    assert set(told.values()) == {("skipped", "foreign host")}
    moved = next(n for n in lab.crawled.notes("away") if n.url and n.url.endswith("/c"))
    assert moved.final_url == lab.servers["away"].base + "/moved"


@pytest.mark.parametrize("site", ["named", "literal"])
def test_a_public_outlet_on_a_private_address_is_refused(lab: Lab, site: str) -> None:
    assert lab.servers[site].asked == []
    (listing,) = lab.crawled.ends[site].listings
    assert listing.status == "private address: loopback"
    assert lab.crawled.ends[site].trouble


def test_a_feed_that_is_none_is_trouble_in_words(lab: Lab) -> None:
    end = lab.crawled.ends["feedless"]
    assert (
        end.trouble == f"No listing of feedless could be read: {lab.servers['feedless'].base}/feed: "
        "unreadable: no feed and no sitemap: it is <html>."
    )


def test_metadata_only_outlets_have_no_page_fetched(lab: Lab) -> None:
    assert lab.servers["teaser"].paths() == ["/feed"]
    notes = lab.crawled.notes("teaser")
    assert [(n.event, n.access, n.outcome, n.listing.title) for n in notes if n.listing] == [
        ("skip", "metadata", None, "Story 0"),
        ("skip", "metadata", None, "Story 1"),
    ]


def test_rights_are_obeyed_and_recorded(lab: Lab) -> None:
    assert lab.crawled.told("rights") == {
        "/a": (None, None),
        "/b": ("skipped", "rights: noarchive"),
        "/c": ("skipped", "rights: tdm-reservation"),
        "/d": ("skipped", "rights: noarchive"),
        "/e": ("skipped", "rights: tdm-reservation"),
    }
    assert "/e" not in lab.servers["rights"].paths()
    (kept,) = [n for n in lab.crawled.notes("rights") if n.outcome is None]
    assert (kept.rights, kept.rights_checked_at is not None) == ("reserved", True)
    bodies = [record.block for record in lab.crawled.responses("rights")]
    assert sum(b"Tin rose" in body for body in bodies) == 1
    (plain, _) = lab.crawled.notes("plain")
    assert plain.rights == "allowed"


def test_indexes_gzip_and_sections_are_read_and_bombs_are_not(lab: Lab) -> None:
    assert lab.crawled.told("maps") == {"/a": (None, None), "/b": (None, None)}
    status = {listing.url.rpartition("/")[2]: listing.status for listing in lab.crawled.ends["maps"].listings}
    assert status.pop("bomb.xml").startswith("unreadable: declares XML entities")
    assert status == {"index.xml": "200", "news.xml.gz": "200", "section": "200"}
    via = {n.listing.via for n in lab.crawled.notes("maps") if n.listing}
    assert via == {"news_sitemap", "section"}


def test_bodies_keep_their_content_encoding(lab: Lab) -> None:
    page = next(r for r in lab.crawled.responses("encoded") if r.url and r.url.endswith("/a"))
    assert page.http is not None
    assert page.http.body == gzipped(STORY)
    assert page.http.content() == STORY
    assert lab.crawled.told("encoded")["/b"] == ("failed", "undecodable body")


def test_each_outlets_segments_are_closed_before_its_end_is_told(lab: Lab) -> None:
    ended: set[str] = set()
    for event in lab.crawled.events:
        if isinstance(event, OutletEnd):
            ended.add(event.site)
        elif not isinstance(event, Progress) and hasattr(event, "path"):
            assert event.site not in ended
            assert Path(event.path).is_file()


def test_every_poll_is_noted_in_one_shared_segment(lab: Lab) -> None:
    assert [c.site for c in lab.crawled.closed].count("_polls") == 1
    detail = lab.crawled.poll("budget").detail
    assert (detail["discovered"], detail["new"], detail["fetched"]) == (5, 5, 2)
    assert detail["skipped"] == {"over budget": 3}
    assert [listing["status"] for listing in detail["listings"]] == ["200"]
    assert lab.crawled.poll("broken").reason == lab.crawled.ends["broken"].trouble


def test_dates_are_when_the_bytes_came(lab: Lab) -> None:
    now = datetime.now(UTC)
    records: list[Record] = lab.crawled.responses("plain")
    assert all(0 <= (now - record.date).total_seconds() < 600 for record in records)
