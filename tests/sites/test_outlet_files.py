"""One conformance test for every outlet's file: a new outlet is covered by being there."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml
from outlet_files import FOLDER, NAMES, addresses, mend, outlet

from broadtape.site import Selectors, Site
from broadtape.site.house_rules import KEYS, RULE_KEYS, SELECTOR_KEYS, broken_rules, keys_in

every_outlet = pytest.mark.parametrize("name", NAMES)


def test_the_folder_holds_outlets_and_their_readme_only() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {"README.md", *(f"{name}.yaml" for name in NAMES)}


@every_outlet
def test_the_file_keeps_to_the_rules(name: str) -> None:
    site = outlet(name)
    found = list(broken_rules(site, keys_in(FOLDER / f"{name}.yaml")))
    assert not found, mend(name, "\n".join(found))
    assert site.network == "public"


def test_the_order_of_keys_names_them_all() -> None:
    assert set(KEYS) == Site.model_fields.keys() - {"name"}
    assert set(SELECTOR_KEYS) == Selectors.model_fields.keys()


def test_the_readme_shows_a_file_that_would_pass() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    example = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)[0])
    ledger = Site.model_validate({"name": "ledger", **example})
    assert not list(broken_rules(ledger, example))
    assert not [key for key in (*KEYS, *SELECTOR_KEYS, *RULE_KEYS) if key not in readme]
    assert not {outlet(name).cron for name in NAMES} - set(re.findall(r"`([^`]*\*)`", readme))
    assert len(readme.splitlines()) <= 70


@every_outlet
def test_it_tells_stories_from_other_pages(name: str) -> None:
    site = outlet(name)
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
