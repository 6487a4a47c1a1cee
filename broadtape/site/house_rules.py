"""What an outlet's file must keep to beside being readable: what `sites check` tells, and what the tests hold.

A file that breaks one of these can be read and crawled; it would be hard to compare with its neighbours, reach beyond
its outlet, take lines it must not, or ship a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from broadtape.site import FORMER_KEYS, Site, Source
from broadtape.site.yaml_file import keys_of

__all__ = ["KEYS", "PLACEHOLDERS", "REQUIRED", "RULE_KEYS", "SELECTOR_KEYS", "broken_rules", "keys_in"]

KEYS = (
    *("title", "homepage", "hosts", "country", "language"),
    *("evidence", "enabled", "reason_disabled", "access", "network", "paywall", "allow_robots_token"),
    *("feeds", "news_sitemaps", "archive_sitemaps", "sections"),
    *("article_patterns", "exclude_patterns", "article_number_pattern", "parameters"),
    *("cron", "max_pages_per_run", "alert_below_per_day", "delay", "refetch_at_ages"),
    *("selectors", "boilerplate", "keep", "notes"),
)
"""A file's keys, in the order in which they stand in it."""
REQUIRED = frozenset(
    (
        *("title", "homepage", "hosts", "country", "language", "evidence", "enabled", "access", "paywall"),
        *("article_patterns", "cron", "max_pages_per_run", "alert_below_per_day", "delay", "selectors", "boilerplate"),
    )
)
"""Keys that every file has, so that whoever reads one sees what was decided."""
SELECTOR_KEYS = ("body", "drop", "title", "byline", "published", "tickers", "state", "min_share")
RULE_KEYS = ("pattern", "action", "name", "flag", "value", "note")
PLACEHOLDERS = frozenset({"yyyy", "mm", "dd", "page"})
"""What an archive sitemap's address may leave open."""
_PUBLIC = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")


def keys_in(file: Path) -> dict[str, Any]:
    """The keys of one outlet's file as they stand there, by their names of today."""
    return {FORMER_KEYS.get(key, key): value for key, value in keys_of(file).items()}


def broken_rules(site: Site, keys: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with an outlet's file, one sentence each; `keys` are those that `keys_in` gives."""
    yield from _of_keys(keys)
    yield from _of_hosts(site)
    yield from _of_listings(site)
    yield from _of_selectors(site)
    yield from _of_boilerplate(site)
    yield from _of_standing(site)


def _of_keys(keys: Mapping[str, Any]) -> Iterator[str]:
    if missing := REQUIRED - keys.keys():
        yield f"Missing: {', '.join(sorted(missing))}."
    if not _in_order(keys, KEYS):
        yield f"Keys stand in this order: {', '.join(KEYS)}."
    if not _in_order(keys.get("selectors") or (), SELECTOR_KEYS):
        yield f"selectors: keys stand in this order: {', '.join(SELECTOR_KEYS)}."
    for rule in keys.get("boilerplate") or ():
        if isinstance(rule, Mapping) and not _in_order(rule, RULE_KEYS):
            yield f"boilerplate: {rule.get('pattern')}: keys stand in this order: {', '.join(RULE_KEYS)}."


def _in_order(keys: Iterable[str], order: tuple[str, ...]) -> bool:
    given = list(keys)
    return given == [key for key in order if key in given]


def _sources(site: Site) -> tuple[Source, ...]:
    return site.feeds + site.news_sitemaps + site.archive_sitemaps + site.sections


def _of_hosts(site: Site) -> Iterator[str]:
    if twice := [host for host, count in Counter(site.hosts).items() if count > 1]:
        yield f"hosts: named twice: {', '.join(twice)}."
    if site.network == "public":
        yield from (f"hosts: {host!r} is no public host name." for host in site.hosts if not _PUBLIC.fullmatch(host))
    for url in (site.homepage, *(source.url for source in _sources(site))):
        if not site.owns(url):
            yield f"{url} is on none of its hosts."


def _of_listings(site: Site) -> Iterator[str]:
    sources = _sources(site)
    if not sources:
        yield "It needs a feed, a sitemap or a section page."
    for url, count in Counter(source.url for source in sources).items():
        if count > 1:
            yield f"Listed twice: {url}."
    for source in sources:
        allowed = PLACEHOLDERS if source in site.archive_sitemaps else frozenset()
        if odd := set(re.findall(r"{(.*?)}", source.url)) - allowed:
            yield f"{source.url}: {', '.join(sorted(odd))} cannot be filled in."
    for url in (site.homepage, *(section.url for section in site.sections)):
        if site.is_article(url):
            yield f"{url} passes for a story: narrow article_patterns."


def _of_selectors(site: Site) -> Iterator[str]:
    for key in ("body", "drop", "title", "byline", "published", "tickers"):
        for selector in getattr(site.selectors, key):
            try:
                CSSSelector(selector, translator="html")
            except SelectorError as error:
                yield f"selectors.{key}: {selector}: {error}."


def _of_boilerplate(site: Site) -> Iterator[str]:
    for rule in site.boilerplate:
        pattern = rule.expression
        whole = pattern.startswith("^") and pattern.endswith("$")
        if whole == (rule.action == "drop_inline"):
            yield f"{pattern}: a rule takes whole lines, from ^ to $; only drop_inline sits in a line."
        if (rule.flag is not None) != (rule.action == "flag"):
            yield f"{pattern}: flag goes with action: flag."
        if rule.value is not None and not rule.flag:
            yield f"{pattern}: value is what a flag is set to."
        if re.search(pattern, ""):
            yield f"{pattern}: takes an empty line."
        if ".*" in pattern or ".+" in pattern:
            yield f"{pattern}: bound it, as in .{{0,200}}."


def _of_standing(site: Site) -> Iterator[str]:
    if site.enabled != (site.reason_disabled is None):
        yield "reason_disabled goes with enabled: false."
    if site.enabled and site.evidence == "lists-only":
        yield "evidence: lists-only rests on guesses, so enabled: false."
    if site.enabled and not (site.feeds or site.news_sitemaps):
        yield "An enabled outlet needs a feed or a news sitemap."
