"""How far a backfill has got is told by bytes, or by files where nobody knows their sizes yet."""

from __future__ import annotations

from broadtape.archive.recordings import Recording
from broadtape.archive.warc import Stretch
from broadtape.ingest.survey import Survey
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.recordings.pace import Pace


def test_the_rest_is_reckoned_from_what_is_read() -> None:
    small, large = Recording("small", 100), Recording("large", 300)
    pace = Pace(ProgressListener(), [small, large])
    pace.begin(small)
    pace.begin(large)
    pace.read(Survey(Stretch(large, 0, 100)))
    pace.part(25)
    assert pace.sentence(50.0) == "50% read; 25 pages in 1 part, 0.5 a second; some 0:00:50 left"


def test_files_of_unknown_sizes_count_alike_and_those_passed_over_not_at_all() -> None:
    first, second, third = (Recording(f"https://elsewhere.example/{n}") for n in range(3))
    pace = Pace(ProgressListener(), [first, second, third])
    pace.passed(first)
    pace.begin(Recording(second.address, 100))
    pace.read(Survey(Stretch(second, 0, 50)))
    assert pace.sentence(10.0) == "25% read; 0 pages in 0 parts, 0.0 a second; some 0:00:30 left"
