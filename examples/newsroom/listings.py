"""Where an outlet lists its stories: RSS, Atom, news sitemaps behind an index, robots.txt."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from examples.newsroom.outlet import Outlet
from examples.newsroom.page import Page
from examples.newsroom.pages import templates
from examples.newsroom.story import Story

__all__ = ["Entry", "entries", "listing_pages", "robots_txt"]

_SITEMAP_SIZE = 500


@dataclass(frozen=True)
class Entry:
    """One line of a listing: an address as listed, and what is said of it."""

    url: str
    title: str
    published: datetime
    updated: datetime
    summary: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()


def entries(outlet: Outlet, stories: Sequence[Story], *, bases: Mapping[str, str], traps: bool) -> list[Entry]:
    """What the outlet lists, newest first; a story may stand there more than once."""
    base = bases[outlet.name]
    listed = [
        Entry(base + link, s.title, s.published, s.updated, s.summary, s.authors, s.section, s.tags)
        for s in stories
        for link in s.links
    ]
    for trap in outlet.traps if traps else ():
        url = base + trap.url if trap.path else trap.url.format(**bases)
        listed.append(Entry(url, trap.title, trap.published, trap.published, summary=trap.title))
    return sorted(listed, key=lambda entry: (entry.published, entry.url), reverse=True)


def listing_pages(
    outlet: Outlet, listed: Sequence[Entry], *, base: str, bomb: bool, ttl: int | None = None
) -> dict[str, Page]:
    """The outlet's feed, or its sitemaps, by path.

    `bomb` adds the sitemap that no parser may unfold; `ttl` is the rest, in minutes, that an RSS feed asks for.
    """
    if outlet.listing != "news_sitemap":
        return {outlet.listing_path: _feed(outlet, listed, base, ttl)}
    halves = [listed[start : start + _SITEMAP_SIZE] for start in range(0, len(listed), _SITEMAP_SIZE)] or [[]]
    sitemaps = {f"/sitemaps/news-{number}.xml.gz": _sitemap(outlet, part) for number, part in enumerate(halves, 1)}
    if bomb:
        sitemaps["/sitemaps/legacy.xml"] = _entity_bomb(base)
    index = templates().get_template("sitemap-index.xml.j2").render(base=base, sitemaps=sitemaps)
    return {outlet.listing_path: _xml(index, _newest(listed)), **sitemaps}


def robots_txt(outlet: Outlet, base: str, *, crawl_delay: bool = True) -> Page:
    """The outlet's robots.txt; without `crawl_delay` for tests that measure something else."""
    lines = outlet.robots.replace("{base}", base).splitlines()
    kept = [line for line in lines if crawl_delay or not line.lower().startswith("crawl-delay")]
    return Page(("\n".join(kept) + "\n").encode(), "text/plain; charset=utf-8")


def _feed(outlet: Outlet, listed: Sequence[Entry], base: str, ttl: int | None) -> Page:
    template = templates().get_template("feed.rss.j2" if outlet.listing == "rss" else "feed.atom.j2")
    address = base + outlet.listing_path
    text = template.render(
        outlet=outlet, entries=listed, base=base, address=address, rfc822=_rfc822, newest=_newest(listed), ttl=ttl
    )
    kind = "rss" if outlet.listing == "rss" else "atom"
    body = text.encode(outlet.listing_charset, "xmlcharrefreplace")
    return Page(body, f"application/{kind}+xml; charset={outlet.listing_charset}", modified=_newest(listed))


def _sitemap(outlet: Outlet, listed: Sequence[Entry]) -> Page:
    text = templates().get_template("news-sitemap.xml.j2").render(outlet=outlet, entries=listed)
    return Page(gzip.compress(text.encode(), mtime=0), "application/x-gzip", modified=_newest(listed))


def _entity_bomb(base: str) -> Page:
    nested = "\n".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE urlset [\n<!ENTITY l0 "ledger">\n'
        f'{nested}\n<!ENTITY passwords SYSTEM "file:///etc/passwd">\n]>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{base}/2026/11/16/markets/&l11;</loc></url>"
        f"<url><loc>{base}/2026/11/16/markets/&passwords;</loc></url></urlset>\n"
    )
    return _xml(text, None)


def _xml(text: str, modified: datetime | None) -> Page:
    return Page(text.encode(), "application/xml; charset=utf-8", modified=modified)


def _newest(listed: Sequence[Entry]) -> datetime | None:
    return max((entry.updated for entry in listed), default=None)


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment)
