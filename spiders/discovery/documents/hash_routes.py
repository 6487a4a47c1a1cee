"""Addresses that only a script in the browser tells apart: `/#!/story/1`, `/app#/story/2`. A server is asked for one
page, whichever of them is meant."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urldefrag

__all__ = ["told_apart_by_scripts"]

_ROUTES = ("!", "/")
"""How such a fragment begins; any other is a place within a page."""


def told_apart_by_scripts(urls: Iterable[str]) -> int:
    """How many of a listing's stories cannot be asked for, since another one's page answers for them."""
    routes: dict[str, set[str]] = {}
    for url in urls:
        if "#" in url:
            page, route = urldefrag(url)
            if route.startswith(_ROUTES):
                routes.setdefault(page, set()).add(route)
    return sum(len(found) - 1 for found in routes.values())
