"""When a page that was fetched again is a revision: by what its publisher changed, not by what we did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from broadtape.article import Article
from broadtape.ingest.history import Seen
from broadtape.ingest.publish import same_text

HELD = Seen(
    "story", datetime(2026, 11, 20, tzinfo=UTC), "old", "Tin rises", "digest", "bytes", "u", "wire", None, "f", 0, 9
)
"""What the archive holds, cleaned by earlier rules; its title came from the feed that listed it."""
NOW = Article(url="u", title="Tin rises", text_sha256="digest", payload_sha256="other bytes", extractor="new")


def compared(now: Article, again: Article) -> bool:
    """Whether `now` is what is held, where today's rules make `again` of the archived page; archive and workers are
    stand-ins, since only the comparison is looked at."""
    archive: Any = SimpleNamespace(read_record=lambda *_: SimpleNamespace(http=object(), date=HELD.fetched_at))
    cleaners: Any = SimpleNamespace(clean=lambda _jobs: iter([again]))
    return same_text(archive, cleaners)(now, HELD)


@pytest.mark.parametrize("title", ["Tin rises", None])
def test_a_page_without_a_title_of_its_own_is_not_revised_by_our_rules(title: str | None) -> None:
    assert compared(NOW, Article(url="u", title=title, text_sha256="digest", extractor="new"))


@pytest.mark.parametrize("change", [{"title": "Tin falls"}, {"text_sha256": "another"}])
def test_another_headline_or_text_is_a_revision(change: dict[str, str]) -> None:
    assert not compared(replace(NOW, **change), Article(url="u", title=None, text_sha256="digest", extractor="new"))
