"""The tables made anew from the WARC files; an outlet that is being written waits for its turn."""

from __future__ import annotations

import shutil
from pathlib import Path

import broadtape
from broadtape.archive import Archive
from broadtape.jobs.rebuild import rebuild
from tests.jobs.conftest import SITE, House


def test_what_was_published_is_there_again_and_a_busy_outlet_is_left_out(house: House) -> None:
    archive = house.archive()
    house.crawled(archive, "Harbour dues to rise by a tenth", "The ferry to the islands")
    before = {article.url: article.text for article in broadtape.open(archive.uri).articles()}
    for table in ("articles", "captures"):
        shutil.rmtree(Path(archive.uri) / table)

    again = Archive.open(archive.uri, create=True)
    with again.lease(SITE, run="other"):
        report = rebuild(archive=archive.uri, config=str(house.config))
    assert list(report.left_out) == [SITE]

    assert rebuild(archive=archive.uri, config=str(house.config)).left_out == {}
    assert {article.url: article.text for article in broadtape.open(archive.uri).articles()} == before
    assert len(before) == 2
