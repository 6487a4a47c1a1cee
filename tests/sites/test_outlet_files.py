"""One conformance test for every outlet's file: a new outlet is covered by being there."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import yaml
from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from outlet_files import FOLDER, NAMES, addresses, as_written, mend, outlet

from broadtape.site import Selectors, Site, Source

KEYS = (
    *("title", "homepage", "hosts", "country", "language"),
    *("evidence", "enabled", "reason_disabled", "access", "network", "paywall", "allow_robots_token"),
    *("feeds", "news_sitemaps", "archive_sitemaps", "sections"),
    *("article_patterns", "exclude_patterns", "article_number_pattern"),
    *("cron", "max_pages_per_run", "alert_below_per_day", "delay", "refetch_at_ages"),
    *("selectors", "boilerplate", "keep", "notes"),
)
REQUIRED = {"title", "homepage", "hosts", "country", "language", "evidence", "enabled", "access", "paywall"} | {
    *("article_patterns", "cron", "max_pages_per_run", "alert_below_per_day", "delay", "selectors", "boilerplate")
}
SELECTOR_KEYS = ("body", "drop", "title", "byline", "published", "tickers", "state", "min_share")
RULE_KEYS = ("pattern", "action", "name", "flag", "value", "note")
PLACEHOLDERS = {"yyyy", "mm", "dd", "page"}

every_outlet = pytest.mark.parametrize("name", NAMES)


def in_order(keys: Any, order: tuple[str, ...]) -> bool:
    return list(keys) == [key for key in order if key in keys]


def sources(site: Site) -> tuple[Source, ...]:
    return site.feeds + site.news_sitemaps + site.archive_sitemaps + site.sections


def test_the_folder_holds_outlets_and_their_readme_only() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {"README.md", *(f"{name}.yaml" for name in NAMES)}


@every_outlet
def test_the_file_reads_and_keeps_the_order_of_keys(name: str) -> None:
    outlet(name)
    keys = as_written(name)
    assert keys.keys() >= REQUIRED, mend(name, f"Missing: {', '.join(sorted(REQUIRED - keys.keys()))}.")
    assert in_order(keys, KEYS), mend(name, f"Keys stand in this order: {', '.join(KEYS)}.")
    assert in_order(keys["selectors"], SELECTOR_KEYS), mend(name, f"selectors: in this order: {SELECTOR_KEYS}.")
    for rule in keys["boilerplate"]:
        assert in_order(rule, RULE_KEYS), mend(name, f"{rule['pattern']}: in this order: {RULE_KEYS}.")


def test_the_order_of_keys_names_them_all() -> None:
    assert set(KEYS) == Site.model_fields.keys() - {"name"}
    assert set(SELECTOR_KEYS) == Selectors.model_fields.keys()


def test_the_readme_shows_a_file_that_would_pass() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    example = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)[0])
    Site.model_validate({"name": "ledger", **example})
    assert in_order(example, KEYS)
    assert not [key for key in (*KEYS, *SELECTOR_KEYS, *RULE_KEYS) if key not in readme]
    assert not {outlet(name).cron for name in NAMES} - set(re.findall(r"`([^`]*\*)`", readme))
    assert len(readme.splitlines()) <= 60


@every_outlet
def test_it_lists_its_stories_on_its_own_hosts(name: str) -> None:
    site = outlet(name)
    assert site.network == "public"
    assert len(set(site.hosts)) == len(site.hosts)
    for host in site.hosts:
        assert re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", host), mend(name, f"hosts: {host!r} is no public host name.")
    assert sources(site), mend(name, "It needs a feed, a sitemap or a section page.")
    for url in (site.homepage, *(source.url for source in sources(site))):
        assert site.owns(url), mend(name, f"{url} is on none of its hosts.")
    urls = Counter(source.url for source in sources(site))
    assert urls.most_common(1)[0][1] == 1, mend(name, f"Listed twice: {urls.most_common(1)[0][0]}.")


@every_outlet
def test_placeholders_stand_in_archive_sitemaps_only(name: str) -> None:
    site = outlet(name)
    for source in sources(site):
        used = set(re.findall(r"{(.*?)}", source.url))
        allowed = PLACEHOLDERS if source in site.archive_sitemaps else set()
        assert used <= allowed, mend(name, f"{source.url}: {', '.join(sorted(used - allowed))} cannot be filled in.")


@every_outlet
def test_selectors_are_css(name: str) -> None:
    selectors = outlet(name).selectors
    for key in ("body", "drop", "title", "byline", "published", "tickers"):
        for selector in getattr(selectors, key):
            try:
                CSSSelector(selector, translator="html")
            except SelectorError as error:
                pytest.fail(mend(name, f"selectors.{key}: {selector}: {error}"))


@every_outlet
def test_boilerplate_takes_whole_lines_and_flags_name_their_flag(name: str) -> None:
    for rule in outlet(name).boilerplate:
        pattern = rule.expression
        whole = pattern.startswith("^") and pattern.endswith("$")
        assert whole != (rule.action == "drop_inline"), mend(name, f"{pattern}: only drop_inline sits in a line.")
        assert (rule.flag is not None) == (rule.action == "flag"), mend(name, f"{pattern}: flag goes with flag.")
        assert rule.value is None or rule.flag, mend(name, f"{pattern}: value is what a flag is set to.")
        assert not re.search(pattern, ""), mend(name, f"{pattern}: takes an empty line.")


@every_outlet
def test_guesses_ship_disabled_and_say_why(name: str) -> None:
    site = outlet(name)
    assert site.enabled == (site.reason_disabled is None), mend(name, "reason_disabled goes with enabled: false.")
    if site.enabled:
        assert site.evidence != "lists-only", mend(name, "evidence: lists-only rests on guesses, so enabled: false.")
        assert site.feeds or site.news_sitemaps, mend(name, "An enabled outlet needs a feed or a news sitemap.")


@every_outlet
def test_it_tells_stories_from_other_pages(name: str) -> None:
    site = outlet(name)
    for url in (site.homepage, *(section.url for section in site.sections)):
        assert not site.is_article(url), mend(name, f"{url} passes for a story.")
    case = addresses().get(name)
    assert case, f"{name} has no case in tests/sites/addresses.yaml: add one story and one other page, invented."
    story, other = case["story"], case["other"]
    assert site.owns(story), mend(name, f"{story} is on none of its hosts.")
    assert site.not_article_reason(story) is None, mend(name, f"{story} must be a story.")
    assert site.not_article_reason(other) is not None, mend(name, f"{other} must not be a story.")


@every_outlet
def test_tracking_does_not_hide_a_story_and_its_number_stays(name: str) -> None:
    site, case = outlet(name), addresses()[name]
    for url in (case["story"], case["story"].partition("?")[0] + "?utm_source=feed", case["story"] + "#top"):
        assert site.is_article(url), mend(name, f"{url} must be a story: end patterns in (?:[?#]|$).")
        assert site.number_of(url) == case.get("number"), mend(name, f"article_number_pattern: {url}.")


def test_a_story_belongs_to_one_outlet() -> None:
    for case in addresses().values():
        owners = [n for n in NAMES if outlet(n).owns(case["story"]) and outlet(n).is_article(case["story"])]
        assert len(owners) == 1, f"{case['story']} is claimed by {', '.join(owners)}: narrow their article_patterns."


def test_outlets_share_few_crons_so_that_they_share_runs() -> None:
    crons = Counter(outlet(name).cron for name in NAMES)
    assert len(crons) <= 6, f"Each cron is a run of its own: {dict(crons)}."
