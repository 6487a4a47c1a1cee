"""An outlet whose file is broken is in trouble by itself: told, seen in status, over once the file is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadtape.errors import ConfigError, UsageError
from broadtape.jobs.archive_news import archive_news
from broadtape.jobs.crawling.crawl_run import CrawlRun
from broadtape.jobs.crawling.order import Order
from broadtape.monitoring.status import outlet_health
from broadtape.outlet_state import OutletState
from broadtape.site.outlets import load_sites
from broadtape.times import utcnow
from tests.alerts.receiver import http_receiver
from tests.jobs.conftest import House

BROKEN = "enabled: true\ncron: '12 * * * *'\nfedes: []\n"


def planned(house: House, **order: object) -> CrawlRun:
    return CrawlRun(Order.of({"archive": house.archive().uri, "config": str(house.config), **order}))


def outlet(house: House, name: str, **keys: str) -> None:
    lines = {"title": name, "homepage": f"https://{name}.example/", "hosts": f"[{name}.example]", "network": "private",
             "feeds": f"['https://{name}.example/feed']", "enabled": "true", **keys}  # fmt: skip
    text = "".join(f"{key}: {value}\n" for key, value in lines.items())
    (house.config / "sites" / f"{name}.yaml").write_text(text)


def test_its_run_tells_once_and_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (house.config / "sites" / "gazette.yaml").write_text(BROKEN)
    archive = house.archive()
    with http_receiver() as receiver:
        monkeypatch.setenv("BROADTAPE_ALERTS__WEBHOOK", receiver.address)
        for _ in range(2):
            report = archive_news(Order(archive=archive.uri, config=str(house.config), cron="12 * * * *"))
            assert "Did you mean 'feeds'?" in report.troubles["gazette"]
    assert receiver.events() == [("trouble", "gazette")]
    sites = load_sites(house.config / "sites")
    (told,) = outlet_health(archive, [], now=utcnow(), broken=sites.broken)
    assert told.trouble
    assert "gazette.yaml" in told.trouble
    outlet(house, "gazette")
    mended = load_sites(house.config / "sites")
    (told,) = outlet_health(archive, [mended["gazette"]], now=utcnow(), broken=mended.broken)
    assert told.trouble is None
    assert OutletState.load(archive, "gazette").trouble, "the next run tells that it is over"


def test_a_cron_is_what_has_it_now(house: House) -> None:
    (house.config / "sites" / "gazette.yaml").write_text(BROKEN)
    outlet(house, "herald", cron="'12 * * * *'")
    outlet(house, "courier", cron="'13 * * * *'")
    outlet(house, "dormant", cron="'12 * * * *'", enabled="false")
    run = planned(house, cron="12 * * * *")
    assert [site.name for site in run.outlets] == ["herald"]
    assert list(run.broken) == ["gazette"]
    assert not planned(house, cron="0 4 * * *").outlets


def test_a_schedule_made_before_passes_over_what_is_disabled_now(house: House) -> None:
    outlet(house, "herald")
    outlet(house, "dormant", enabled="false")
    asked = {"sites": ["herald", "dormant", "gone"]}
    assert [site.name for site in planned(house, scheduled=True, **asked).outlets] == ["herald"]
    with pytest.raises(UsageError):
        planned(house, **asked)


def test_by_hand_it_is_told_unless_others_are_named(house: House) -> None:
    (house.config / "sites" / "gazette.yaml").write_text(BROKEN)
    outlet(house, "herald")
    assert list(planned(house).broken) == ["gazette"]
    assert planned(house, sites=["herald"]).broken == {}
    with pytest.raises(ConfigError, match="gazette"):
        planned(house, sites=["gazette"])


def test_what_fails_as_a_whole_is_told_once_and_its_end_too(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlet(house, "herald", cron="'12 * * * *'", network="public")
    order = Order(archive=str(tmp_path / "new"), config=str(house.config), cron="12 * * * *")
    with http_receiver() as receiver:
        monkeypatch.setenv("BROADTAPE_ALERTS__WEBHOOK", receiver.address)
        for _ in range(2):
            with pytest.raises(UsageError, match="No contact address"):
                archive_news(order)
        (house.config / "sites" / "herald.yaml").unlink()
        archive_news(order)
    failed, recovered = receiver.got
    assert (failed["event"], recovered["event"]) == ("failed", "recovered")
    assert failed["text"].startswith("A run failed as a whole, 12 * * * *: No contact address is set")
    assert "herald" in failed["text"]


def test_settings_that_are_broken_are_told_by_what_can_be_read_of_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_receiver() as receiver:
        written = f'archiv = "x"\n[alerts]\nwebhook = "{receiver.address}"\n'
        (house.config / "broadtape.toml").write_text(written)
        with pytest.raises(ConfigError, match="Did you mean 'archive'"):
            archive_news(Order(config=str(house.config), cron="12 * * * *"))
    assert [each["event"] for each in receiver.got] == ["failed"]


def test_whoever_calls_wrongly_by_hand_alerts_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with http_receiver() as receiver:
        monkeypatch.setenv("BROADTAPE_ALERTS__WEBHOOK", receiver.address)
        with pytest.raises(UsageError):
            archive_news(Order(sites=("nobody",), archive=house.archive().uri, config=str(house.config)))
    assert receiver.got == []


def test_a_segment_it_waits_in_the_spool(house: House) -> None:
    from tests.jobs.conftest import SITE, segment

    archive = house.archive()
    with planned_run(house) as run:
        segment(run, ("A quay is built",))
    file = house.config / "sites" / f"{SITE}.yaml"
    whole = file.read_text()
    file.write_text("title: [")
    with planned_run(house) as run:
        assert run.recover() == 0
    file.write_text(whole)
    with planned_run(house) as run:
        assert run.recover() == 1
    assert archive.tables["articles"].read(lambda rows: rows.select("site")).height == 1


def planned_run(house: House):  # type: ignore[no-untyped-def]
    from broadtape.jobs.writing_run import WritingRun

    return WritingRun(archive=house.archive().uri, config=str(house.config))
