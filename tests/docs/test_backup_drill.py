"""The drill of the documentation: copied while a run writes, restored elsewhere, whole, and as-of answers as before."""

from __future__ import annotations

import dataclasses
import filecmp
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from broadtape.archive import Archive, article_of
from broadtape.cli import main
from broadtape.corpus import open as open_corpus
from tests.docs.archive_sample import build
from tests.docs.pages import ROOT, drill


@contextmanager
def writing(archive: Path) -> Iterator[None]:
    """Somebody commits stories all the while."""
    stop, committed = threading.Event(), threading.Event()

    def work() -> None:
        opened = Archive.open(str(archive))
        known = article_of(opened.tables["articles"].scan().head(1).collect().to_dicts()[0])
        with opened.lease("marketferry", run="r2", seconds=300) as lease:
            number = 0
            while not stop.is_set():
                later = known.fetched_at + timedelta(days=2, minutes=number) if known.fetched_at else None
                story = dataclasses.replace(known, fetched_at=later, article_id=f"{number:032x}")
                opened.commit(articles=[story], captures=[], leases=[lease])
                committed.set()
                number += 1

    thread = threading.Thread(target=work)
    thread.start()
    assert committed.wait(60)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_the_drill_of_the_documentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    build(tmp_path)
    calls = drill(ROOT / "docs" / "operations.md", "Backup and restore")
    assert [words[0] for words in calls] == ["copy", "copy", "verify", "read", "read", "maintain"]
    places = {"/srv/broadtape/archive": "archive", "/backup/news": "backup", "/srv/broadtape/restored": "restored"}
    for words in calls:
        here = [str(tmp_path / places[word]) if word in places else word for word in words]
        if words[1] == "/srv/broadtape/archive":
            with writing(tmp_path / "archive"):
                assert main(here) == 0
        else:
            assert main(here) == 0, here
    assert filecmp.cmp("before.jsonl", "after.jsonl", shallow=False)
    assert Path("after.jsonl").stat().st_size > 0
    assert list(open_corpus(str(tmp_path / "restored")).search("orders"))
