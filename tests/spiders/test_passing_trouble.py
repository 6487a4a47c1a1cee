"""What goes wrong for an hour is not final: asked for again later, and nothing that stood in for a story is one."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from broadtape.capture import Capture, Listing
from broadtape.capture.passing_trouble import attempts, may_pass
from spiders.planning.refetch_policy import Want, due_again, want
from spiders.planning.stories import Story

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(outcome: str, reason: str | None = None, **values: object) -> Capture:
    known = {"url": "https://x.example/1", "fetched_at": NOW - 2 * HOUR, "recorded_at": NOW - 2 * HOUR}
    return Capture(site="x", run="r", outcome=outcome, reason=reason, **{**known, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "reason", ["challenge", "consent", "maintenance", "soft_404", "no_text", "empty", "body: broken encoding"]
)
def test_a_page_that_stood_in_for_a_story_is_looked_at_again(reason: str) -> None:
    listing = Listing("https://x.example/1")
    assert want(listing, row("not_article", reason), NOW) is Want.AGAIN
    assert want(listing, row("not_article", reason, detail='{"attempts": 2}'), NOW) is Want.LATER
    assert want(listing, row("not_article", reason, detail='{"attempts": 5}'), NOW) is Want.SETTLED
    assert due_again(row("not_article", reason), [], NOW)


@pytest.mark.parametrize("reason", ["not_html", "too_large", "too_deep", "body: too large"])
def test_what_will_not_be_otherwise_is_settled(reason: str) -> None:
    assert want(Listing("https://x.example/1"), row("not_article", reason), NOW) is Want.SETTLED
    assert not due_again(row("not_article", reason), [HOUR], NOW)


@pytest.mark.parametrize("reason", ["too many redirects", "undecodable body", "incomplete", "404", "500"])
def test_a_failure_that_may_pass_is_tried_again(reason: str) -> None:
    assert want(Listing("https://x.example/1"), row("failed", reason), NOW) is Want.AGAIN


def test_attempts_are_counted_over_failures_and_stand_ins_alike() -> None:
    assert attempts(row("not_article", "challenge", detail='{"attempts": 3}')) == 3
    assert attempts(row("failed", "500")) == 1
    assert attempts(row("archived")) == attempts(row("not_article", "not_html")) == attempts(None) == 0
    assert not may_pass(row("archived"))


def test_a_story_whose_place_was_taken_is_still_held() -> None:
    assert Story(Listing("https://x.example/1"), row("not_article", "challenge", article_id="a")).held
    assert not Story(Listing("https://x.example/1"), row("not_article", "challenge")).held


def test_packed_or_said_to_be() -> None:
    from broadtape.archive.warc.codings import content_codings
    from broadtape.archive.warc.http import Http

    page = "<html><p>Überschuss</p></html>".encode()

    def content(coding: str, body: bytes) -> bytes:
        return Http(200, "OK", ((b"Content-Encoding", coding.encode()),), body).content()

    assert content_codings("UTF-8, gzip;q=1.0, none") == ["gzip"]
    for coding in ("utf-8", "none", "binary", "text/html", "br", "deflate", "zstd", "gzip"):
        assert content(coding, page) == page
    assert content("none, GZIP", gzip.compress(page)) == page
