"""What a wrong outlet's file is answered with: file, key, value and the rule it broke."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from broadtape.cli import main
from broadtape.deprecation import DeprecatedName
from broadtape.errors import ConfigError, UnknownSite
from broadtape.site import Site, load_site
from broadtape.site.outlets import dump_sites, load_sites, pick_sites

LEDGER: dict[str, Any] = {
    "title": "The Invented Ledger",
    "homepage": "https://ledger.example/",
    "hosts": ["ledger.example", "feeds.ledger.example:8443"],
    "feeds": ["https://feeds.ledger.example:8443/all.xml"],
}


def written(folder: Path, name: str = "ledger", **changes: Any) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({**LEDGER, **changes}), "utf-8")
    return path


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("cron", "99 * * * *", "is no cron line"),
        ("cron", "*/0 * * * *", "is no cron line"),
        ("cron", "17 * * *", "is no cron line"),
        ("article_patterns", ["(unclosed"], "is no regular expression"),
        ("article_number_pattern", r"\d+", "must have a group"),
        ("hosts", ["https://ledger.example"], "hosts are bare"),
        ("hosts", ["Ledger.example"], "hosts are bare"),
        ("homepage", "ledger.example", "should match pattern"),
        ("access", "some", "Input should be 'full', 'metadata' or 'licensed'"),
        ("max_pages_per_run", 0, "greater than or equal to 1"),
        ("refetch_at_ages", ["soon"], "soon"),
        ("fedes", ["https://ledger.example/all.xml"], "Did you mean 'feeds'?"),
        ("selectors", {"state": ["window.__DATA__"]}, "should match pattern"),
        ("boilerplate", [{"pattern": "^x$", "action": "remove"}], "Input should be 'drop_line'"),
    ],
)
def test_a_wrong_value_is_told_with_file_key_and_rule(tmp_path: Path, key: str, value: Any, rule: str) -> None:
    path = written(tmp_path, **{key: value})
    with pytest.raises(ConfigError) as caught:
        load_site(path)
    told = str(caught.value)
    assert told.startswith(f"{path}: ")
    assert rule in told
    assert key in told or key in {"hosts", "article_number_pattern"}


@pytest.mark.parametrize("cron", ["17 * * * *", "4-59/15 * * * *", "7,37 0-23/2 1 1 1-5", "52 */2 * * *"])
def test_cron_lines_that_a_scheduler_knows(tmp_path: Path, cron: str) -> None:
    assert load_site(written(tmp_path, cron=cron)).cron == cron


def test_the_file_is_named_as_the_outlet(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text("utf-8") + "name: other\n", "utf-8")
    with pytest.raises(ConfigError, match=r"ledger\.yaml: name: 'other' must be the file's own name"):
        load_site(path)


def test_an_enabled_outlet_lists_its_stories_somewhere(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs at least one of feeds, news_sitemaps or sections"):
        load_site(written(tmp_path, enabled=True, feeds=[]))


@pytest.mark.parametrize("content", ["", "- a list", "title: [unclosed", "\x00"])
def test_what_is_no_outlet_at_all(tmp_path: Path, content: str) -> None:
    path = tmp_path / "ledger.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=r"ledger\.yaml: (must hold keys and values|is no YAML)"):
        load_site(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ledger\.yaml: cannot be read"):
        load_site(tmp_path / "ledger.yaml")


def test_hosts_are_exact() -> None:
    site = Site.model_validate({"name": "ledger", **LEDGER})
    assert site.owns("https://ledger.example:443/a")
    assert site.owns("HTTPS://LEDGER.example/a")
    assert site.owns("https://feeds.ledger.example:8443/all.xml")
    for url in (
        "https://www.ledger.example/a",
        "https://feeds.ledger.example/all.xml",
        "https://ledger.example.attacker.example/",
        "https://ledger.example@attacker.example/",
        "https://ledger.example:99999/",
        "no address",
    ):
        assert not site.owns(url), url


def test_why_a_page_is_no_story() -> None:
    patterns = {
        "article_patterns": [r"/\d{4}/"],
        "exclude_patterns": ["/video/"],
        "article_number_pattern": r"/\d{4}/(\d+)-",
    }
    site = Site.model_validate({"name": "ledger", **LEDGER, **patterns})
    assert site.not_article_reason("https://ledger.example/2026/17-a") is None
    assert site.not_article_reason("https://ledger.example/2026/video/17-a") == "excluded: /video/"
    assert site.not_article_reason("https://ledger.example/about") == "no article pattern"
    assert site.number_of("https://ledger.example/2026/17-a") == "17"
    assert site.number_of("https://ledger.example/2026/a") is None


def test_outlets_travel_to_another_process_as_plain_data(tmp_path: Path) -> None:
    written(tmp_path)
    sites = load_sites(tmp_path)
    assert [Site.model_validate(plain) for plain in dump_sites(sites.values())] == list(sites.values())


def test_an_unknown_outlet_is_told_the_nearest(tmp_path: Path) -> None:
    written(tmp_path)
    sites = load_sites(tmp_path)
    assert [site.name for site in pick_sites(sites, ["ledger", "ledger"])] == ["ledger"]
    with pytest.raises(UnknownSite, match="Did you mean 'ledger'"):
        pick_sites(sites, ["leger"])


def test_a_broken_file_is_left_out_and_told_by_itself(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "gazette.yaml").write_text("enabled: true\ncron: '12 * * * *'  # hourly\nfedes: []\ntitle: [")
    (tmp_path / "herald.yaml").write_text("enabled: false\ncron: often\n")
    sites = load_sites(tmp_path)
    assert list(sites) == ["ledger"]
    assert {name: (file.enabled, file.cron) for name, file in sites.broken.items()} == {
        "gazette": (True, "12 * * * *"),
        "herald": (False, Site.model_fields["cron"].default),
    }
    assert str(tmp_path / "gazette.yaml") in sites.broken["gazette"].why
    assert [site.name for site in pick_sites(sites, ["ledger"])] == ["ledger"]
    with pytest.raises(ConfigError, match=r"gazette\.yaml"):
        pick_sites(sites, ["gazette"])
    with pytest.raises(ConfigError):
        sites.require_all()


@pytest.mark.parametrize(
    ("old", "value", "new", "means"),
    [
        ("budget", 40, "max_pages_per_run", 40),
        ("minimum_per_day", 3, "alert_below_per_day", 3),
        ("story_number", r"/(\d+)-", "article_number_pattern", r"/(\d+)-"),
        ("recheck", ["2h"], "refetch_at_ages", (timedelta(hours=2),)),
        ("confidence", 3, "evidence", "saved-pages"),
        ("confidence", 1, "evidence", "lists-only"),
    ],
)
def test_a_key_by_its_former_name_is_read_and_its_present_one_named(
    tmp_path: Path, old: str, value: Any, new: str, means: Any
) -> None:
    with pytest.warns(DeprecatedName, match=f"the file of ledger: {old} is called {new} since 0.2.0"):
        site = load_site(written(tmp_path, **{old: value}))
    assert getattr(site, new) == means
    assert Site.model_validate(dump_sites([site])[0]) == site, "handed on by its present name, without a warning"


def test_a_key_by_both_of_its_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="budget is the former name of max_pages_per_run"):
        load_site(written(tmp_path, budget=4, max_pages_per_run=5))


def test_the_command_tells_of_a_former_name_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sites").mkdir()
    written(tmp_path / "sites", budget=4)
    monkeypatch.setenv("BROADTAPE_CONFIG", str(tmp_path))
    assert main(["sites", "show", "ledger"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "broadtape: the file of ledger: budget is called max_pages_per_run since 0.2.0; the old name will go."
    ]
