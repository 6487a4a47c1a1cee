"""What names the cleaning of a text: our code, trafilatura's version, the rules, and what was learnt."""

from __future__ import annotations

import functools
from importlib import metadata

from broadtape.article import Article
from broadtape.cleaning.boilerplate.rule_set import digest, fingerprint
from broadtape.learnt_rules import LearntRules
from broadtape.site import Site
from broadtape.version import __version__

__all__ = ["CODE", "extractor_id"]

CODE = 10
"""Raised by whoever changes what the code makes of a page (`make cleaned` does so, a test notices); rules, selectors
and the names of facts count by themselves."""


def extractor_id(site: Site | None = None, learnt: LearntRules | None = None) -> str:
    """Names everything that bears on an outlet's articles, such as `broadtape-0.2.0/3fa9c2d1`.

    Learnt rules follow by their hash: `broadtape-0.2.0/3fa9c2d1+9b04e117`.
    """
    named = _named(fingerprint(site))
    return f"{named}+{learnt.hash}" if learnt and learnt.rules else named


@functools.lru_cache(maxsize=128)
def _named(rules: str) -> str:
    engine = metadata.version("trafilatura")
    return f"broadtape-{__version__}/{digest(str(CODE), engine, *Article.facts(), rules)}"
