"""What a listing adds to an article: what the page left out, and what it only made likely."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broadtape.article import Article, PublishedSource
from broadtape.capture import Listing, Note
from broadtape.ingest.listing_facts import with_listing

URL = "https://www.tapewire.example/larch"
DAY = datetime(2026, 11, 14, tzinfo=UTC)
LISTED = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("source", "wins"), [("trafilatura", "feed"), ("dom", "dom"), ("url", "url")])
def test_a_listed_time_comes_before_a_day_that_is_only_likely(source: PublishedSource, wins: str) -> None:
    article = Article(url=URL, published_at=DAY, published_precision="day", published_source=source)
    note = Note(event="fetch", site="tapewire", run="r1", url=URL, listing=Listing(url=URL, published_at=LISTED))
    assert with_listing(article, note).published_source == wins
    unlisted = Note(event="fetch", site="tapewire", run="r1", url=URL, listing=Listing(url=URL))
    assert with_listing(article, unlisted).published_at == DAY
