"""An outlet's file against the outlet itself: do its listings answer, links match, fresh pages clean well?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from broadtape.article import Article
from broadtape.cleaning import extract
from broadtape.errors import NotAnArticle, UndecodableBody
from broadtape.monitoring.absolute_rules import find_absolute
from broadtape.monitoring.measures import Page
from broadtape.settings import Settings
from broadtape.site import Site
from spiders.onboarding.probe import Probed, Seen, scout

__all__ = ["LiveFinding", "article_in", "trial"]

_PAGES = 3
_FEW_WORDS = 60
_MATCHING = 0.5
"""Share of a listing's links that must be stories by the file's patterns; feeds list videos and quotes, too."""


@dataclass(frozen=True, slots=True)
class LiveFinding:
    """One thing that was looked at: whether it is as it should be, in words."""

    good: bool
    said: str


def trial(site: Site, settings: Settings) -> list[LiveFinding]:
    """One small crawl: every listing, and the three newest pages."""
    found = scout(site, settings, limit=_PAGES)
    listings = [_listing(found, read.url, read.status, read.listed, site) for read in found.end.listings]
    if site.access == "metadata":
        return [*listings, LiveFinding(True, "no page is fetched: access is metadata")]
    pages = [seen for seen in found.seen if seen.http and seen.note.event == "fetch" and seen.note.outcome is None]
    failed = [seen for seen in found.seen if seen.note.event == "fetch" and seen.note.outcome == "failed"]
    told = [*(_page(seen, site) for seen in pages), *_together(pages, site)]
    told += [LiveFinding(False, f"{seen.note.url}: {seen.note.reason}") for seen in failed]
    return [*listings, *(told or [LiveFinding(False, f"no page was fetched: {_why_none(found)}")])]


def _listing(found: Probed, url: str, status: str, listed: int, site: Site) -> LiveFinding:
    own = any(source.url == url for source in site.listings)
    if status != "200":
        # What an index names is not the file's: a crawl passes over what cannot be read of it.
        return LiveFinding(not own, f"{url}: {status}" + ("" if own else " (named by an index)"))
    if not listed:
        # An index of sitemaps lists no stories itself.
        named = any(read.url != url and read.listed for read in found.end.listings)
        return LiveFinding(named, f"{url}: lists nothing itself")
    stories = [seen.note.listing.url for seen in found.seen if seen.note.listing and seen.note.listing.listed_in == url]
    matching = sum(site.owns(story) and site.is_article(story) for story in stories)
    # Stories that another listing named first are counted there.
    good = not stories or matching >= _MATCHING * len(stories)
    strange = next((story for story in stories if not (site.owns(story) and site.is_article(story))), None)
    example = f", not {strange}" if strange and not good else ""
    return LiveFinding(
        good, f"{url}: {listed} listed, {matching} of {len(stories)} are stories by its patterns{example}"
    )


def _page(seen: Seen, site: Site) -> LiveFinding:
    try:
        article = article_in(seen, site)
    except NotAnArticle as error:
        return LiveFinding(False, f"{seen.url}: {error}")
    except UndecodableBody as error:
        return LiveFinding(False, f"{seen.url}: {error}")
    lacking = _lacking(article, seen)
    told = f"{seen.url}: {article.word_count} words, {len(article.removed)} lines taken out"
    return LiveFinding(not lacking, told + (f"; {' and '.join(lacking)}" if lacking else ""))


def _together(pages: Sequence[Seen], site: Site) -> Iterator[LiveFinding]:
    """What is wrong about the pages beside one another: one text, headline or author for several stories."""
    made = []
    for seen in pages:
        with suppress(NotAnArticle, UndecodableBody):
            made.append(Page(seen.url, article_in(seen, site), seen.note.listing, seen.at, first=True))
    for finding in find_absolute(made, several=2, signed=_PAGES):
        yield LiveFinding(False, f"{finding.said}: {', '.join(finding.examples)}")


def _lacking(article: Article, seen: Seen) -> Sequence[str]:
    dated = article.published_at or (seen.note.listing and seen.note.listing.published_at)
    found = []
    if not article.title:
        found.append("no headline")
    if not dated:
        found.append("no time of publication")
    if article.word_count < _FEW_WORDS:
        found.append(f"fewer than {_FEW_WORDS} words")
    return found


def article_in(seen: Seen, site: Site | None) -> Article:
    """The article in a page that was fetched; raises NotAnArticle or UndecodableBody."""
    assert seen.http is not None
    content = seen.http.content()
    return extract(content, seen.url, site=site, content_type=seen.http.content_type, fetched_at=seen.at)


def _why_none(found: Probed) -> str:
    reasons = sorted({seen.note.reason for seen in found.seen if seen.note.outcome == "skipped" and seen.note.reason})
    return found.end.trouble or ", ".join(reasons)[:200] or "nothing was listed"
