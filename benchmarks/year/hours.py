"""What runs leave in an archive, hour by hour of a simulated clock: leases, states, polls, a few stories, commits."""

from __future__ import annotations

import os
import random
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from broadtape.archive import Archive
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.monitoring.measures import Measures, Spread
from broadtape.outlet_state import OutletState
from broadtape.urls import article_id, url_id

__all__ = ["Clock", "age", "hour", "names"]

STORIES_PER_OUTLET_AND_DAY = 3
_POLL = '{"discovered": 30, "new": 0, "listings": [{"url": "https://%s.example/feed", "status": "200", "listed": 30}]}'
_MEASURED = Measures(pages=1, words=Spread(300.0, 0.0, 1), lag=Spread(1200.0, 0.0, 1)).to_json()
_PAGE = bytes(2_000)
"""Stands for a segment: only its place in the listing counts here."""


class Clock:
    """A clock that moves when told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time, a little later at each call."""
        self.now += timedelta(microseconds=1000)
        return self.now


def names(outlets: int) -> list[str]:
    """What the simulated outlets are called."""
    return [f"outlet-{number:02d}" for number in range(outlets)]


def hour(archive: Archive, sites: list[str], randomly: random.Random) -> None:
    """One run over the outlets, as the main job leaves it: most have nothing new, some one story."""
    run = f"{archive.now():%Y%m%dT%H%M%SZ}"
    with ExitStack() as held:
        leases = [held.enter_context(archive.lease(site, run=run)) for site in sites]
        articles: list[Article] = []
        captures = [Capture(site=site, run=run, outcome="polled", detail=_POLL % site) for site in sites]
        for site in sites:
            if randomly.random() < STORIES_PER_OUTLET_AND_DAY / 24:
                article, rows = _story(site, run, archive.now(), randomly.getrandbits(60))
                archive.objects.put(article.warc_file or "", _PAGE)
                articles.append(article)
                captures += rows
        archive.commit(articles=articles, captures=captures, leases=leases)
        for site in sites:
            kept = OutletState.load(archive, site)
            listing = {f"https://{site}.example/feed": {"etag": f'"{run}"', "at": run}}
            replace(kept, listings=listing).save(archive, site)


def _story(site: str, run: str, now: datetime, number: int) -> tuple[Article, list[Capture]]:
    url = f"https://{site}.example/markets/story-{number:x}"
    segment = f"raw/site={site}/date={now:%Y-%m-%d}/{run}-0001.warc.gz"
    article = Article(
        url=url,
        title=f"Story {number:x}",
        text=f"Widgets moved by {number % 97} percent.\n\nAnalysts had expected {number % 89}.",
        published_at=now - timedelta(minutes=20),
        extractor="benchmark",
        article_id=article_id(site, url),
        site=site,
        fetched_at=now,
        warc_file=segment,
        warc_offset=0,
        warc_length=9,
    )
    archived = Capture(
        site=site,
        run=run,
        outcome="archived",
        url=url,
        url_id=url_id(url),
        article_id=article.article_id,
        published_at=article.published_at,
        fetched_at=now,
        warc_file=segment,
        warc_offset=0,
        warc_length=9,
    )
    return article, [archived, Capture(site=site, run=run, outcome="measured", detail=_MEASURED, warc_file=segment)]


def age(folder: Path) -> None:
    """Makes every file that may be removed for its age a day older, as the simulated day that passed would have."""
    for top in folder.iterdir():
        if top.name != "raw":
            for path in top.rglob("*"):
                if path.is_file():
                    changed = path.stat().st_mtime - 86_400
                    os.utime(path, (changed, changed))
