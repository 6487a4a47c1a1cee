"""The second crawl of an outlet: what is known is not fetched, what changed is, and what is due is looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawl_lab import STORY, Crawled, Reply, Server, commit, crawl, job_of, outlet, rss, sitemap

from broadtape.archive import Archive
from broadtape.archive.decisions import Decision
from broadtape.capture import Capture
from broadtape.corpus.coverage.unread import left_unread
from broadtape.site import Site
from broadtape.times import iso
from broadtape.urls import url_id

_HOUR = timedelta(hours=1)


def _validated(tag: str, body: bytes = STORY):
    """An answer that is 304 for whoever has it already."""

    def answer(headers: dict[str, str]) -> Reply:
        same = headers.get("if-none-match") == tag
        return Reply(b"" if same else body, 304 if same else 200, {"ETag": tag})

    return answer


def _row(site: str, url: str, **values: object) -> Capture:
    now = datetime.now(UTC)
    known = {"outcome": "archived", "url": url, "url_id": url_id(url), "fetched_at": now - 2 * _HOUR}
    return Capture(site=site, run="earlier", **{**known, **values})  # type: ignore[arg-type]


class Twice:
    """An outlet's server before and after, and both crawls."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.servers, self.sites = folder, {}, []
        self.rows: list[Capture] = []
        self.first: Crawled
        self.second: Crawled

    def serve(self, name: str, **fields: object) -> Server:
        server = self.servers[name] = Server()
        self.sites.append(outlet(name, server, **fields))
        return server

    def site(self, name: str) -> Site:
        return next(site for site in self.sites if site.name == name)

    def seen_again(self, name: str) -> list[str]:
        """What the second crawl asked for."""
        return self.servers[name].paths()

    def commit_rows(self) -> None:
        # Two hours ago, as the rows say: what failed is tried again an hour after its row.
        archive = Archive.open(str(self.folder / "archive"), clock=lambda: datetime.now(UTC) - 2 * _HOUR)
        for site in {row.site for row in self.rows}:
            with archive.lease(site, run="earlier") as lease:
                rows = [row for row in self.rows if row.site == site]
                archive.commit(articles=[], captures=rows, leases=[lease])


def _idle(twice: Twice) -> None:
    server = twice.serve("idle")
    server.routes["/feed"] = _validated('"f1"', rss(server.base, ["/a", "/b"]))
    server.routes |= {"/a": Reply(), "/b": Reply(b"", 404)}


def _changed(twice: Twice) -> None:
    server = twice.serve("changed", feeds=[], news_sitemaps=[])
    site = outlet("changed", server, feeds=[], news_sitemaps=[f"{server.base}/map"])
    twice.sites[-1] = site
    server.routes["/map"] = Reply(sitemap([(f"{server.base}/a", "2026-11-20T09:00Z"), (f"{server.base}/b", None)]))
    server.routes |= {"/a": _validated('"a1"'), "/b": Reply()}


def _budgeted(twice: Twice) -> None:
    server = twice.serve("budgeted", max_pages_per_run=1)
    server.routes["/feed"] = _validated('"f1"', rss(server.base, ["/a", "/b"]))
    server.routes |= {"/a": Reply(), "/b": Reply()}


def _hushed(twice: Twice) -> None:
    server = twice.serve("hushed")
    server.routes["/feed"] = Reply(rss(server.base, ["/a"], ttl=60))
    server.routes["/a"] = Reply()


def _due(twice: Twice) -> None:
    """Published three hours ago and last fetched two hours ago: the look at 150 minutes of age is due."""
    server = twice.serve("due", refetch_at_ages=["150m", "6h"])
    server.routes["/feed"] = Reply(rss(server.base, []))
    server.routes |= {
        "/same": _validated('"s1"'),
        "/bytes": Reply(),
        "/gone": Reply(b"", 410),
        "/down": Reply(b"", 500),
        "/barred": Reply(b"", 403),
        "/revised": Reply(STORY.replace(b"rose", b"fell")),
        "/forgotten": Reply(),
        "/walled": Reply(),
    }
    sha = "b2f9" + "0" * 60
    born = datetime.now(UTC) - 3 * _HOUR
    for path, values in {
        "/same": {"etag": '"s1"'},
        "/bytes": {"payload_sha256": _sha(STORY)},
        "/gone": {},
        "/down": {},
        "/barred": {},
        "/revised": {"payload_sha256": sha},
        "/forgotten": {},
        "/walled": {"outcome": "not_article", "reason": "challenge"},
        "/settled": {"fetched_at": datetime.now(UTC)},
    }.items():
        twice.rows.append(_row("due", server.base + path, **{"published_at": born, **values}))


def _behind(twice: Twice) -> None:
    """Last fetched two hours from now, by this machine's clock."""
    server = twice.serve("behind", feeds=[], news_sitemaps=[])
    twice.sites[-1] = outlet("behind", server, feeds=[], news_sitemaps=[f"{server.base}/map"])
    now = datetime.now(UTC)
    server.routes["/map"] = Reply(sitemap([(f"{server.base}/late", iso(now))]))
    server.routes["/late"] = Reply()
    known = {"fetched_at": now + 2 * _HOUR, "listed_modified_at": now - _HOUR, "published_at": now - 40 * _HOUR}
    twice.rows.append(_row("behind", f"{server.base}/late", **known))


def _overtaken(twice: Twice) -> None:
    """A feed with room for two stories; and one whose server says 304 to whoever comes without anything."""
    server = twice.serve("overtaken", feeds=[])
    twice.sites[-1] = outlet(
        "overtaken", server, feeds=[f"{server.base}{path}" for path in ("/feed", "/never", "/odd")]
    )
    server.routes["/feed"] = Reply(rss(server.base, ["/a", "/b"]))
    server.routes["/odd"] = _validated('"o1"', rss(server.base, ["/#!/tin", "/#!/zinc"]).replace(b"</rss>", b""))
    server.routes |= {"/": Reply(), "/never": Reply(b"", 304), **{path: Reply() for path in ("/a", "/b", "/d", "/e")}}


def _sha(body: bytes) -> str:
    import hashlib

    return hashlib.sha256(body).hexdigest()


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    twice = Twice(tmp_path_factory.mktemp("twice"))
    for prepare in (_idle, _changed, _budgeted, _hushed, _due, _behind, _overtaken):
        prepare(twice)
    first = [site for site in twice.sites if site.name not in {"due", "behind"}]
    twice.first = crawl(job_of(twice.folder, *first, run="20261123T201900Z-000001"))
    commit(twice.folder, twice.first)
    twice.commit_rows()
    archive = Archive.open(str(twice.folder / "archive"))
    forgotten = url_id(twice.servers["due"].base + "/forgotten")
    archive.decisions.record([Decision(decision="forget", url_id=forgotten)])
    for server in twice.servers.values():
        server.asked.clear()
    changed = twice.servers["changed"]
    changed.routes["/map"] = Reply(
        sitemap([(f"{changed.base}/a", iso(datetime.now(UTC))), (f"{changed.base}/b", None)])
    )
    changed.routes["/a"] = _validated('"a2"', STORY.replace(b"Monday", b"Tuesday"))
    overtaken = twice.servers["overtaken"]
    overtaken.routes["/feed"] = Reply(rss(overtaken.base, ["/e", "/d"], published="2026-11-22T09:00:00Z"))
    twice.second = crawl(job_of(twice.folder, *twice.sites, run="20261123T202900Z-000002"))
    yield twice
    for server in twice.servers.values():
        server.close()


def test_stories_that_may_have_gone_by_between_two_looks_are_told(twice: Twice) -> None:
    first, second = (crawled.ends["overtaken"].listings[0] for crawled in (twice.first, twice.second))
    assert (first.gone_by, second.new) == (None, 2)
    assert second.gone_by is not None
    assert any("gone by" in said for said in left_unread(second.told()))


def test_a_feed_that_is_not_modified_for_whoever_never_saw_it_was_not_read(twice: Twice) -> None:
    never = twice.second.ends["overtaken"].listings[1]
    assert (never.failed, never.status) == (True, "304 to a request without conditions")


def test_what_was_not_read_of_a_listing_is_told_as_long_as_it_stays_as_it_is(twice: Twice) -> None:
    first, second = (crawled.ends["overtaken"].listings[2] for crawled in (twice.first, twice.second))
    assert (second.status, second.unchanged) == ("304", True)
    assert left_unread(second.told()) == left_unread(first.told())
    assert len(left_unread(first.told())) == 2


def test_an_unchanged_feed_answers_304_and_nothing_else_is_asked(twice: Twice) -> None:
    assert twice.seen_again("idle") == ["/feed"]
    assert [a.path for a in twice.servers["idle"].asked] == ["/feed"]  # robots.txt and tdmrep.json are remembered
    assert [listing.status for listing in twice.second.ends["idle"].listings] == ["304"]


def test_an_idle_outlet_leaves_no_segment_but_its_poll(twice: Twice) -> None:
    assert "idle" not in {closed.site for closed in twice.second.closed}
    assert twice.second.poll("idle").detail["discovered"] == 0


def test_a_failed_story_waits_its_hour_and_is_not_forgotten(twice: Twice) -> None:
    assert twice.first.told("idle")["/b"] == ("failed", "404")
    state = twice.second.ends["idle"].state
    assert state is not None
    assert [kept.url.rpartition("/")[2] for kept in state.retries] == ["b"]


def test_a_story_listed_as_changed_is_fetched_and_the_other_is_not(twice: Twice) -> None:
    assert twice.seen_again("changed") == ["/map", "/a"]
    (asked,) = [a for a in twice.servers["changed"].asked if a.path == "/a"]
    assert asked.headers["if-none-match"] == '"a1"'
    (note,) = twice.second.notes("changed")
    assert (note.outcome, note.etag, note.status) == (None, '"a2"', 200)
    assert note.listing is not None
    (first,) = [n for n in twice.first.notes("changed") if n.url == note.url]
    assert first.listing is not None
    assert note.listing.first_listed_at == first.listing.first_listed_at


def test_what_was_over_budget_is_found_again_and_fetched(twice: Twice) -> None:
    assert twice.first.told("budgeted") == {"/a": (None, None), "/b": ("skipped", "over budget")}
    assert "if-none-match" not in twice.servers["budgeted"].asked[0].headers
    assert twice.second.told("budgeted") == {"/b": (None, None)}


def test_a_feed_that_asked_for_an_hour_is_not_looked_at(twice: Twice) -> None:
    assert twice.servers["hushed"].asked == []
    assert [listing.status for listing in twice.second.ends["hushed"].listings] == ["not due"]


def test_a_feed_that_came_back_as_it_was_is_told_from_an_empty_one(twice: Twice) -> None:
    assert [(read.status, read.unchanged) for read in twice.second.ends["idle"].listings] == [("304", True)]
    assert [(read.status, read.unchanged) for read in twice.second.ends["due"].listings] == [("200", False)]


def test_stories_of_age_are_looked_at_again(twice: Twice) -> None:
    told = twice.second.told("due")
    assert told == {
        "/same": ("unchanged", None),
        "/bytes": ("unchanged", None),
        "/gone": ("gone", "410"),
        "/barred": ("failed", "403"),
        "/revised": (None, None),
        "/walled": (None, None),
    }
    asked = {"/barred", "/bytes", "/down", "/feed", "/gone", "/revised", "/same", "/walled"}
    assert set(twice.seen_again("due")) == asked
    kinds = {r.url.rpartition("/")[2]: r.type for r in twice.second.responses("due") if r.url}
    assert {name: kinds[name] for name in ("same", "bytes", "revised")} == {
        "same": "revisit",
        "bytes": "revisit",
        "revised": "response",
    }


def test_a_second_look_that_fails_for_now_changes_nothing(twice: Twice) -> None:
    end = twice.second.ends["due"]
    assert (end.counts.failed, end.counts.unchanged, end.counts.fetched) == (2, 2, 2)


def test_times_of_one_story_never_run_backwards(twice: Twice) -> None:
    (row,) = [row for row in twice.rows if row.site == "behind"]
    (response,) = [each for each in twice.second.responses("behind") if each.url == row.url]
    assert row.fetched_at is not None
    assert response.date > row.fetched_at
    (notice,) = twice.second.ends["behind"].notices
    assert notice.startswith("this machine's clock is behind")
    assert not twice.second.ends["due"].notices
