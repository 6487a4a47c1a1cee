"""Pages made to break a cleaner: each gives its story or the reason why it has none, within the bounds of a worker."""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import resource
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime

import pytest
from hostile_pages import PAGES, SENTENCE

from broadtape.cleaning import extract
from broadtape.errors import NotAnArticle

pytestmark = pytest.mark.attack

MEMORY = 1_500 * 2**20
"""Bytes of address space: well below what a worker may take."""
SECONDS = 60
"""Ends a page that hangs; on an idle machine the slowest takes a tenth of it."""
WHEN = datetime(2026, 3, 13, tzinfo=UTC)


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _cleaned(name: str) -> tuple[str | None, list[str]]:
    """Why the page of this name is no article, or its paragraphs; runs in a bounded process."""
    hostile = PAGES[name]
    try:
        article = extract(hostile.make(), "https://e.example/a", content_type=hostile.content_type, fetched_at=WHEN)
    except NotAnArticle as refused:
        return refused.reason, []
    return None, article.paragraphs


def _digests(names: list[str]) -> dict[str, str]:
    return {name: hashlib.sha256(repr(_cleaned(name)).encode()).hexdigest() for name in names}


@pytest.fixture(scope="module")
def bounded() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_bound) as pool:
        yield pool


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_gives_its_story_or_a_reason(bounded: ProcessPoolExecutor, name: str) -> None:
    reason, paragraphs = bounded.submit(_cleaned, name).result(timeout=SECONDS)
    assert reason == PAGES[name].reason
    if reason is None:
        assert paragraphs[-1] == SENTENCE.format(6, 6) or PAGES[name].paragraphs == -1
        assert len(paragraphs) == PAGES[name].paragraphs or PAGES[name].paragraphs == -1


@pytest.mark.slow
def test_shuffled_and_repeated_in_several_processes_each_page_gives_the_same() -> None:
    small = [name for name, hostile in PAGES.items() if len(hostile.make()) < 100_000]
    chances = [random.Random(seed) for seed in range(2)]
    orders = [[*chance.sample(small, len(small)), *chance.choices(small, k=5)] for chance in chances]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        first, *others = pool.map(_digests, orders)
    assert len(first) == len(small) > 25
    assert all(other == first for other in others)
