"""Surveys of many recordings, some ahead of whoever asks for them, in the order of the files and of what they hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from itertools import islice
from pathlib import Path

from broadtape.archive.warc import Stretch, stretches
from broadtape.errors import WorkLost
from broadtape.ingest.engines.engine import Engine
from broadtape.ingest.survey import Survey, SurveyWork

__all__ = ["surveys"]


def surveys(
    engine: Engine, files: Sequence[Path], sites: tuple[str, ...] | None, *, ahead: int
) -> Iterator[tuple[Path, Survey]]:
    """Each file with the surveys of its stretches; `ahead` of them are under way."""
    every = ((file, stretch) for file in files for stretch in stretches(file))
    waiting: deque[tuple[Path, Stretch, Future[Survey]]] = deque()
    expected = 0
    """Where a record is known to begin in the file."""
    while True:
        for file, stretch in islice(every, ahead - len(waiting)):
            waiting.append((file, stretch, engine.submit(SurveyWork(stretch, sites))))
        if not waiting:
            return
        file, stretch, future = waiting.popleft()
        survey = _result(future, stretch)
        if stretch.begin == 0:
            expected = 0
        if survey.begun != expected and not stretch.exact:
            # What looked like a record's beginning lies within another record.
            if expected >= (stretch.end or 0):
                continue
            again = replace(stretch, begin=expected, exact=True)
            survey = _result(engine.submit(SurveyWork(again, sites)), again)
        expected = survey.next
        yield file, survey


def _result(future: Future[Survey], stretch: Stretch) -> Survey:
    try:
        return future.result()
    except WorkLost as lost:
        said = f"{Path(stretch.file).name}: what begins at offset {stretch.begin:,} is set aside: {lost}. Run it again."
        return Survey(stretch, stretch.begin, stretch.end or 0, ended=said)
