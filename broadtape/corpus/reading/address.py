"""Which stories stand at an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from urllib.parse import urlsplit

import polars as pl

from broadtape.errors import UsageError
from broadtape.urls import article_id, canonical_url, host_of, identity_key
from broadtape.urls.address_match import AddressMatch

__all__ = ["article_ids_at"]

_WORD = re.compile(r"[A-Za-z0-9-]+")


def article_ids_at(
    url: str, sites: Iterable[str], articles: pl.LazyFrame, captures: Callable[[Collection[int]], pl.LazyFrame]
) -> frozenset[str]:
    """The ids of the archived stories at `url`, in any of the ways of writing it; empty where there is none.

    `sites` are the outlets with articles; `captures` gives the ledger's rows with one of some numbers.

    Identity and ledger answer at once. An address that a story was archived under by neither (a redirect's end, at an
    outlet that numbers its stories) is looked for among the articles' own. Raises UsageError for what is no address.
    """
    if not host_of(url):
        raise UsageError(f"{url!r} is no web address: expected one such as https://www.example.com/story.")
    match = AddressMatch(url)
    seen = captures(match.numbers).select("url", "url_id", "article_id", "site")
    rows = seen.drop_nulls("article_id").unique().collect()
    listed = {(article, site) for address, number, article, site in rows.iter_rows() if match.says(address, number)}
    if listed:
        # The ledger names a story only once its rows are there, and every outlet that had the address.
        return frozenset(each for article, site in listed for each in (article, article_id(site, url)))
    asked = sorted(article_id(site, url) for site in sites)
    found = articles.filter(pl.col("article_id").is_in(asked)).select("article_id").unique().collect()
    return frozenset(found["article_id"]) or _among_the_articles(url, articles)


def _among_the_articles(url: str, articles: pl.LazyFrame) -> frozenset[str]:
    wanted = identity_key(url)
    # Every way of writing one page has the words of its path in common: the longest leaves few to compare.
    words = _WORD.findall(urlsplit(canonical_url(url)).path)
    part = max((word for word in words if word != "amp"), key=len, default="")
    near = articles.filter(pl.col("url").str.contains(part, literal=True)).select("article_id", "url").unique()
    return frozenset(found for found, address in near.collect().iter_rows() if identity_key(address) == wanted)
