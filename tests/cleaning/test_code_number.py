"""A cleaner that makes something else of a page has another number, so that archived texts are cleaned again."""

from __future__ import annotations

import functools

import pytest
from what_cleaning_makes import changed, kept

from broadtape.article import Article
from broadtape.cleaning import extractor


def test_a_changed_cleaner_has_a_new_number() -> None:
    different = changed()
    assert (different, extractor.CODE) == ([], kept()["code"]), (
        f"Cleaning makes something else of {', '.join(different) or 'no page'} than code {kept()['code']} did, and "
        f"CODE in broadtape/cleaning/extractor.py is {extractor.CODE}. If that is meant, 'make cleaned' takes the "
        "pages anew and raises CODE where it was not: archived texts are then cleaned again."
    )


def test_a_fact_more_cleans_archived_texts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = extractor.extractor_id()
    monkeypatch.setattr(extractor, "_named", functools.lru_cache(extractor._named.__wrapped__))
    monkeypatch.setattr(Article, "facts", classmethod(lambda cls: ("title", "dateline")))
    assert extractor.extractor_id() != before
