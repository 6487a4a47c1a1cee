"""Surveys of many recordings, some ahead of whoever asks for them, in the order of the files and of what they hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from itertools import islice
from pathlib import Path

from broadtape.archive.recordings import NoRanges, Recording
from broadtape.archive.warc import Stretch, stretches
from broadtape.errors import StoreError
from broadtape.ingest.engines.engine import Engine
from broadtape.ingest.survey import Survey, SurveyWork

__all__ = ["surveys"]


def surveys(
    engine: Engine, files: Iterable[Recording], sites: tuple[str, ...] | None, copies: Path
) -> Iterator[tuple[Recording, Survey]]:
    """Each file, its size known, with the surveys of its stretches; some are under way ahead of whoever asks.

    What cannot be read where it lies is copied into the folder `copies`; who asks removes it once it is done.
    """
    every = (begun for file in files for begun in _begun(file, copies))
    waiting: deque[tuple[Stretch, Future[Survey]]] = deque()
    expected: int | None = 0
    """Where a record is known to begin in the file."""
    while True:
        for begun in islice(every, max(engine.slots + 1 - len(waiting), 0)):
            made = _done(begun) if begun.ended else engine.submit(SurveyWork(begun.stretch, sites))
            waiting.append((begun.stretch, made))
        if not waiting:
            return
        stretch, future = waiting.popleft()
        survey = future.result()
        if stretch.begin == 0:
            expected = 0
        if expected is not None and survey.begun != expected and not stretch.exact and not survey.ended:
            # What looked like a record's beginning lies within another record.
            if expected >= (stretch.end or 0):
                continue
            again = replace(stretch, begin=expected, exact=True)
            survey = engine.submit(SurveyWork(again, sites)).result()
        expected = survey.next
        yield stretch.file, survey


def _begun(file: Recording, copies: Path) -> Iterator[Survey]:
    """A file's stretches, as surveys that are still to be made; one that says why, where it cannot be begun."""
    try:
        try:
            file = file.measured()
        except NoRanges:
            file = file.copy_into(copies)
        for stretch in stretches(file):
            yield Survey(stretch)
    except StoreError as error:
        yield Survey(Stretch(file), next=None, ended=str(error))
    except OSError as error:
        said = f"{file.address}: cannot be read: {error.strerror or error}."
        yield Survey(Stretch(file), next=None, ended=said)


def _done(survey: Survey) -> Future[Survey]:
    future: Future[Survey] = Future()
    future.set_result(survey)
    return future
