"""What goes in and out of a crawl's process: jobs and events, as files and lines."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadtape.capture import Listing
from broadtape.crawl.events import (
    Closed,
    Counts,
    End,
    Event,
    ListingRead,
    Moved,
    OutletEnd,
    Progress,
    parse_event,
    poll_detail,
    to_json,
)
from broadtape.crawl.job import Job
from broadtape.errors import ConfigError
from broadtape.outlet_state import OutletState
from broadtape.settings import Settings
from broadtape.site import Site
from spiders.settings import for_job, private_hosts, user_agent

_COUNTS = Counts(discovered=3, new=2, skipped={"robots": 1})
STATE = OutletState(listings={"u": {"polls": 1}}, retries=(Listing("https://x.example/a", tags=("b",)),))
_EVENTS: list[Event] = [
    Progress("x", _COUNTS),
    Closed("_polls", "/spool/raw/a.warc.gz"),
    OutletEnd("x", "finished", _COUNTS, (ListingRead("u", "304"), ListingRead("v", "503", 0, 0)), 1.5, STATE, "Bad."),
    OutletEnd("x", "stopped", Counts()),
    OutletEnd("x", "finished", Counts(), (ListingRead("u", "200", unchanged=True),), moved=Moved(60.0, 4, 5, ("a",))),
    End(),
    End(error="The spool is full – really.", stopped=True),
]


@pytest.mark.parametrize("event", _EVENTS)
def test_an_event_survives_its_line(event: Event) -> None:
    line = to_json(event)
    assert "\n" not in line
    assert parse_event(line) == parse_event(line.encode()) == event


@pytest.mark.parametrize(
    "line", ["", "x", "[]", "{}", '{"event": "other"}', '{"event": "closed"}', '{"event": "end", "x": 1}']
)
def test_other_lines_are_no_events(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_event(line)


def test_the_ledger_keeps_no_addresses_of_stories_with_a_poll() -> None:
    end = OutletEnd(
        "x", "finished", Counts(discovered=5), (ListingRead("u", "200", 5),), moved=Moved(60.0, 4, 5, ("a",))
    )
    kept = poll_detail(end.counts, end.listings, end.finish_reason, end.seconds, end.moved)
    assert kept["moved"] == {"seconds": 60.0, "agree": 4, "known": 5}
    assert end.poll() == {**kept, "moved": {**kept["moved"], "examples": ("a",)}}
    assert kept["listings"] == [{"url": "u", "status": "200", "listed": 5, "new": 0, "unchanged": False}]


@pytest.mark.parametrize(("status", "failed"), [("200", False), ("304", False), ("not due", False), ("503", True)])
def test_a_listing_that_was_not_read_has_failed(status: str, failed: bool) -> None:
    assert ListingRead("u", status).failed is failed


def _site(name: str, host: str, **values: object) -> Site:
    fields = {"title": "X", "homepage": f"https://{host}/", "hosts": [host], **values}
    return Site.model_validate({"name": name, **fields})


def test_a_job_survives_its_file(tmp_path: Path) -> None:
    settings = Settings(contact="desk@x.example", max_body_bytes=5, archive="s3://b/p")
    since = datetime(2026, 11, 20, tzinfo=UTC)
    job = Job.of(settings, run="r", spool=tmp_path, sites=[_site("x", "x.example")], since=since, limit=3)
    job.dump(tmp_path / "job.json")
    assert Job.load(tmp_path / "job.json") == job
    assert (job.limits.max_body_bytes, job.limits.contact, job.archive) == (5, "desk@x.example", "s3://b/p")


@pytest.mark.parametrize("content", ["", "{}", '{"run": "r", "archive": "a", "spool": "s", "sites": []}', "[]"])
def test_a_file_that_is_no_job_says_what_is_wrong(tmp_path: Path, content: str) -> None:
    (tmp_path / "job.json").write_text(content)
    with pytest.raises(ConfigError, match=r"job\.json"):
        Job.load(tmp_path / "job.json")
    with pytest.raises(ConfigError, match="cannot be read"):
        Job.load(tmp_path / "missing.json")


def _job(*sites: Site, contact: str | None = None) -> Job:
    return Job.model_validate(
        {"run": "r", "archive": "a", "spool": "s", "sites": sites, "limits": {"contact": contact}}
    )


def test_only_a_mail_address_is_sent_as_from() -> None:
    site = _site("x", "x.example")
    assert for_job(_job(site, contact="desk@x.example"))["DEFAULT_REQUEST_HEADERS"]["From"] == "desk@x.example"
    by_web = _job(site, contact="https://x.example/bot")
    assert "From" not in for_job(by_web)["DEFAULT_REQUEST_HEADERS"]
    assert user_agent(by_web).endswith(" (+https://x.example/bot)")


def test_a_host_is_private_only_where_no_public_outlet_shares_it() -> None:
    mine = _site("mine", "10.0.0.5:8600", network="private", hosts=["10.0.0.5:8600", "intranet"])
    theirs = _site("theirs", "intranet")
    assert private_hosts(_job(mine)) == {"10.0.0.5:8600", "intranet:80", "intranet:443"}
    assert private_hosts(_job(mine, theirs)) == {"10.0.0.5:8600"}


def test_starting_a_crawl_costs_no_import_of_scrapy() -> None:
    code = (
        "import sys, broadtape.crawl.process; sys.exit(any(m in sys.modules for m in ('scrapy', 'twisted', 'polars')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
