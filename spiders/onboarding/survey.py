"""From an address to the draft of an outlet's file: two small crawls, and what their answers say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urljoin, urlsplit

from broadtape.capture import Listing
from broadtape.errors import BroadtapeError, UndecodableBody, UsageError
from broadtape.rights.robots import Robots
from broadtape.settings import Settings
from broadtape.site import Site, Source
from broadtape.times import utcnow
from broadtape.urls import host_of, url_id
from spiders.onboarding.draft import Draft, Found
from spiders.onboarding.homepage import FrontPage, read_front_page, sitemaps_in
from spiders.onboarding.probe import Probed, scout
from spiders.onboarding.url_patterns import find_shapes
from spiders.policy.ssrf import literal_address, why_private

__all__ = ["name_of", "survey"]

_GUESSED_FEEDS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml")
_GUESSED_SITEMAPS = ("/sitemap-news.xml", "/news-sitemap.xml", "/sitemap_news.xml", "/sitemap.xml")
_MOST = 8
_FOREIGN = ("foreign host", "private address", "malformed", "neither http")
_SECOND_LEVEL = {"com", "co", "net", "org", "gov", "ac"}
"""Labels that stand before a country's, as in `example.co.uk`."""


def name_of(url: str) -> str:
    """What the outlet would be called: its domain's own label; raises UsageError where the address has none."""
    host = (urlsplit(url if "://" in url else f"https://{url}").hostname or "").lower()
    labels = host.split(".")[:-1]
    while len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    name = re.sub(r"[^a-z0-9-]", "-", labels[-1] if labels else "").strip("-")
    if not name or literal_address(host) is not None:
        raise UsageError(f"{url}: what is the outlet to be called? Say so with --name.")
    return name


def survey(
    url: str, settings: Settings, *, name: str, private: bool, step: Callable[[str], None] = lambda _told: None
) -> Draft:
    """Looks at the outlet whose front page lies at `url` and drafts its file.

    The crawl's own rules hold: robots.txt, delays, the outlet's own hosts only. Raises UsageError for what is no
    address or lies on a private network without `private`, BroadtapeError where the front page cannot be had.
    """
    homepage = _homepage(url, private=private)
    provisional = Site.model_validate(
        {
            "name": name,
            "title": name,
            "homepage": homepage,
            "hosts": _hosts(homepage),
            "network": "private" if private else "public",
            "delay": 0.2 if private else 1.0,
        }
    )
    step(f"asking {host_of(homepage)} for its robots.txt and its front page …")
    first = scout(provisional, settings, urls=[homepage])
    origin = homepage.rstrip("/")
    robots = _robots(first, provisional)
    draft = Draft(name, name, homepage, provisional.hosts, private=private, at=f"{utcnow():%Y-%m-%d}")
    draft.robots = list(_said(robots, homepage, settings.user_agent))
    page = first.response(homepage)
    if page is None or page.http is None:
        draft.forbidden = f"Its front page was not to be had: {first.why_not(homepage)}"
        if not robots or not robots.refusal(homepage, settings.user_agent):
            raise BroadtapeError(f"{homepage} was not to be had: {first.why_not(homepage)}.")
        return draft
    draft.homepage, draft.hosts = page.url, [host_of(page.url)]
    front = _front(page.http.content, page.url)
    draft.title, draft.language = front.title or name, front.language
    _read_listings(draft, provisional, settings, front, robots.text if robots else "", origin, step)
    return draft


def _homepage(url: str, *, private: bool) -> str:
    given = url if "://" in url else f"https://{url}"
    try:
        parts = urlsplit(given)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or re.search(r"\s", host) or parts.scheme not in {"http", "https"}:
        raise UsageError(f"{url!r} is no web address: expected one such as https://www.example.com/.")
    address = literal_address(host)
    why = why_private(address) if address else "loopback" if host == "localhost" else None
    if why and not private:
        raise UsageError(f"{host} lies on a private network ({why}): add --private if it is meant to be crawled there.")
    return f"{parts.scheme}://{host_of(given)}/"


def _hosts(homepage: str) -> tuple[str, ...]:
    """The host, with and without `www.`: front pages redirect from the one to the other."""
    host = host_of(homepage)
    if literal_address(urlsplit(homepage).hostname or "") is not None or "." not in host:
        return (host,)
    return (host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}")


def _robots(found: Probed, site: Site) -> Robots | None:
    for seen in found.seen:
        if seen.http and (seen.note.url or "").endswith("/robots.txt") and host_of(seen.url) in site.hosts:
            return Robots.answered(seen.url.removesuffix("/robots.txt"), seen.http.status, seen.http.body, seen.at)
    return None


def _said(robots: Robots | None, homepage: str, token: str) -> Iterable[str]:
    if robots is None:
        yield "could not be had, which forbids everything."
        return
    if robots.status is None or not 200 <= robots.status < 300:
        yield f"there is none (status {robots.status}), so nothing is forbidden."
        return
    refused = robots.refusal(homepage, token)
    yield f"forbids us the front page ({refused})." if refused else f"lets {token}, Scrapy and * fetch the front page."
    if spacing := robots.spacing(token):
        yield f"asks for {spacing:g} s between two requests, which is obeyed."
    for signal, allowed in sorted(robots.signals(token).items()):
        yield f"Content-Signal {signal}={'yes' if allowed else 'no'}."


def _front(content: Callable[[], bytes], url: str) -> FrontPage:
    try:
        return read_front_page(content(), url)
    except UndecodableBody:
        return FrontPage()


def _read_listings(
    draft: Draft,
    provisional: Site,
    settings: Settings,
    front: FrontPage,
    robots: str,
    origin: str,
    step: Callable[[str], None],
) -> None:
    """Looks at what may list stories, and sorts it into the draft."""
    feeds = front.feeds or tuple(urljoin(draft.homepage, path) for path in _GUESSED_FEEDS)
    sitemaps = sitemaps_in(robots, origin) or tuple(urljoin(draft.homepage, path) for path in _GUESSED_SITEMAPS)
    own, foreign = _parted([*feeds[:_MOST], *sitemaps[:_MOST]], provisional)
    draft.notes += [f"A listing on a foreign host was passed over: {url}" for url in foreign]
    hosts = tuple(dict.fromkeys([*draft.hosts, *provisional.hosts, *map(host_of, own)]))
    site = provisional.model_copy(
        update={
            "hosts": hosts,
            "feeds": tuple(Source(url=url) for url in feeds[:_MOST] if url in own),
            "news_sitemaps": tuple(Source(url=url) for url in sitemaps[:_MOST] if url in own),
        }
    )
    if not site.listings:
        return
    step(f"looking at {len(site.listings)} feeds and sitemaps …")
    found = scout(site, settings, limit=1)
    _sort(draft, found, set(feeds))
    used = {host_of(each.url) for each in (*draft.feeds, *draft.news_sitemaps, *draft.archive_sitemaps)}
    used |= {host_of(story) for story in draft.stories}
    draft.hosts = [host for host in hosts if host in used or host in draft.hosts]
    draft.shapes = find_shapes(draft.stories)


def _parted(urls: Sequence[str], site: Site) -> tuple[set[str], list[str]]:
    """Addresses on the outlet's own domain, and those elsewhere."""
    domains = {host.removeprefix("www.").partition(":")[0] for host in site.hosts}
    own = {
        url
        for url in urls
        if host_of(url) in site.hosts
        or any((urlsplit(url).hostname or "").endswith(f".{domain}") for domain in domains if "." in domain)
    }
    return own, [url for url in urls if url not in own]


def _sort(draft: Draft, found: Probed, feeds: set[str]) -> None:
    """Each listing that answered as feed, news sitemap or archive; the others with why they did not."""
    listed = _listed(found)
    tried = {source.url for source in found.end.listings}
    indexes = [read.url for read in found.end.listings if read.url not in feeds and not read.failed and not read.listed]
    stories: dict[int, str] = {}
    for read in found.end.listings:
        entries = listed.get(read.url, [])
        if read.failed or (not read.listed and read.url in feeds):
            draft.silent = [*draft.silent, (read.url, read.status if read.failed else "lists nothing")]
        if read.failed or not read.listed:
            continue
        # What an index names changes; the index itself stays.
        named = next((url for url in indexes if url in tried and len(indexes) == 1), read.url)
        if read.url in feeds:
            draft.feeds = [*draft.feeds, Found(read.url, read.listed)]
        elif any(listing.published_at for listing in entries):
            draft.news_sitemaps = [*draft.news_sitemaps, Found(named, read.listed)]
        else:
            undated = "; says of none when it was published: for backfill"
            draft.archive_sitemaps = [*draft.archive_sitemaps, Found(read.url, read.listed, undated)]
            continue
        stories |= {url_id(listing.url): listing.url for listing in entries}
    draft.stories = list(stories.values())


def _listed(found: Probed) -> dict[str, list[Listing]]:
    """What each listing lists of the outlet's own, by its address."""
    listed: dict[str, list[Listing]] = {}
    for seen in found.seen:
        listing, reason = seen.note.listing, seen.note.reason or ""
        if listing and listing.listed_in and not reason.startswith(_FOREIGN):
            listed.setdefault(listing.listed_in, []).append(listing)
    return listed
