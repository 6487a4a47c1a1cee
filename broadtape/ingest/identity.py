"""Which story a page is: the outlet's own number, else the canonical address, and what the ledger already calls it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.site import Site
from broadtape.urls import GENERAL, AddressRules, article_id, canonical_url, host_of, identity_key, url_id

__all__ = ["addresses", "own_address", "rules_of", "story_id"]


def rules_of(site: Site | None) -> AddressRules:
    """Which parameters make no difference at the outlet."""
    return site.address_rules if site else GENERAL


def addresses(url: str, article: Article, site: Site | None) -> list[str]:
    """Every address by which the ledger may know this page: asked for, served at, and canonical on the same outlet."""
    found = [url, article.url]
    if site and article.canonical_url and site.owns(article.canonical_url):
        found.append(article.canonical_url)
    return list(dict.fromkeys(found))


def story_id(url: str, article: Article, site: Site | None, name: str, known: Mapping[int, Capture]) -> str:
    """The story's id, fixed at first sight: what the ledger calls any of its addresses, else made anew."""
    named = addresses(url, article, site)
    rules = rules_of(site)
    for address in named:
        seen = known.get(url_id(address, rules))
        if seen and seen.article_id:
            return seen.article_id
    return article_id(name, named[-1], _number(named, site), rules)


def _number(named: Iterable[str], site: Site | None) -> str | None:
    if site is None:
        return None
    return next((number for address in named if (number := site.number_of(address))), None)


def own_address(article: Article, site: Site | None) -> str:
    """The address an article goes by: where it was served, or its canonical one where that names the same page better.

    A canonical address with another path is not taken: publishers point it at a newer slug, another outlet or nothing,
    and the page can be looked up only where it was.
    """
    rules = rules_of(site)
    served = canonical_url(article.url, rules)
    named = article.canonical_url
    if not named or (site and not site.owns(named)):
        return served
    if host_of(served) == host_of(named) and not urlsplit(served).query:
        return served
    same = identity_key(named, rules) == identity_key(served, rules)
    return canonical_url(named, rules) if same or urlsplit(served).query else served
