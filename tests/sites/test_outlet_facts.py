"""The outlets' files against what was read of the real outlets, which is kept beside the checkout."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from outlet_files import NAMES, SHARED, mend, outlet
from protego import Protego

from broadtape.cleaning import clean_text
from broadtape.urls import article_id, host_of

pytestmark = pytest.mark.shared

AGENTS = ("broadtape", "Scrapy", "*")
NO_STORY = ("www.fool.com/investing/how-to-invest/index-funds/", "www.investopedia.com/terms/")


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path.name} is not kept beside this checkout")
    return path


@functools.cache
def read() -> dict[str, Any]:
    with shared("sites/sites.yaml").open("rb") as file:
        content: dict[str, Any] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return content


@functools.cache
def facts() -> dict[str, dict[str, Any]]:
    return {fact["name"]: fact for fact in read()["sites"]}


def test_every_outlet_of_the_facts_has_a_file() -> None:
    assert set(NAMES) >= facts().keys()


@pytest.mark.parametrize("name", NAMES)
def test_the_real_addresses_are_told_apart(name: str) -> None:
    examples = facts().get(name, {}).get("url_examples") or []
    site = outlet(name)
    for example in examples:
        url = example["url"]
        assert site.owns(url), mend(name, f"{url} is on none of its hosts.")
        reason = site.not_article_reason(url)
        assert (reason is None) == example["matches"], mend(name, f"{url}: {reason or 'passes for a story'}.")
        owners = [other for other in NAMES if outlet(other).owns(url) and outlet(other).is_article(url)]
        assert owners == ([name] if example["matches"] else [])


def test_two_slugs_of_one_story_are_one_story() -> None:
    """Reuters kept the number and changed the slug; both addresses are among the examples."""
    site = outlet("reuters")
    urls = [e["url"] for e in facts()["reuters"]["url_examples"] if "us-global-markets" in e["url"]]
    assert len(urls) == 2
    assert len({article_id(site.name, url, site.number_of(url)) for url in urls}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_no_two_real_stories_share_a_number(name: str) -> None:
    site = outlet(name)
    stories = {e["url"] for e in facts().get(name, {}).get("url_examples") or [] if e["matches"]}
    numbers = [number for url in sorted(stories) if (number := site.number_of(url))]
    twice = 1 if name == "reuters" else 0  # see above
    assert len(set(numbers)) == len(numbers) - twice


def test_the_recorded_newswire_is_reached() -> None:
    for entry in json.loads(shared("replay/index.json").read_text()):
        site = outlet(entry["site"])
        assert entry["listing"] in {source.url for source in site.feeds + site.news_sitemaps}, entry["listing"]
        for url in entry["articles"]:
            assert site.owns(url)
            expected = not any(part in url for part in NO_STORY)
            assert site.is_article(url) == expected, f"{site.name}: {url}: {site.not_article_reason(url)}"


@pytest.mark.parametrize("collection", ["finance", "general"])
def test_saved_pages_of_an_outlet_are_its_stories(collection: str) -> None:
    with shared(f"pages/{collection}/truth.jsonl").open() as rows:
        urls = [json.loads(row)["url"] for row in rows]
    for url in urls:
        for site in (outlet(name) for name in NAMES if outlet(name).owns(url)):
            assert site.is_article(url) != any(part in url for part in NO_STORY), (
                f"{url}: {site.not_article_reason(url)}"
            )


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_takes_a_line_that_must_stay(name: str) -> None:
    lines = read()["keep_tests"]
    for rule in outlet(name).boilerplate:
        for line in lines:
            assert not re.search(rule.expression, line), mend(name, f"{rule.expression} takes {line!r}.")


@pytest.mark.parametrize("name", NAMES)
def test_a_line_that_must_stay_survives_all_rules_together(name: str) -> None:
    told = "The bank now expects a return on equity of nine percent, two points less than in March."
    for line in read()["keep_tests"]:
        cleaned = clean_text(f"{told}\n\n{line}\n\n{told.replace('nine', 'six')}", site=outlet(name))
        assert line in cleaned.text, mend(name, f"{[r.rule for r in cleaned.removed]} takes {line!r}.")


@pytest.mark.parametrize("name", NAMES)
def test_an_enabled_outlet_asks_for_nothing_that_robots_txt_forbids(name: str) -> None:
    site = outlet(name)
    if not site.enabled:
        return
    copies = {path.name: Protego.parse(path.read_text("utf-8")) for path in shared("sites/robots").iterdir()}
    asked = [source.url for source in site.feeds + site.news_sitemaps]
    asked += [site.homepage] if site.access == "full" else []
    for url in asked:
        rules = copies.get(".".join(host_of(url).split(".")[-2:]))
        refused = [agent for agent in AGENTS if rules and not rules.can_fetch(url, agent)]
        assert not refused, mend(name, f"{url} is forbidden to {', '.join(refused)}: disable it, or use metadata.")
