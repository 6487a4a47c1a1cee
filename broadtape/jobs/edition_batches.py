"""An outlet's archived texts cleaned again, batch by batch, each committed once it is done."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from broadtape.ingest.edition_changes import Change, Changes
from broadtape.ingest.engines.over import done_over
from broadtape.ingest.reextract import CleanedAgain, Held, changes_of, in_parts, write_editions
from broadtape.ingest.segment_part import SegmentPart
from broadtape.jobs.bulk_work import told_of
from broadtape.jobs.writing_run import WritingRun
from broadtape.monitoring.run_report import plural

__all__ = ["cleaned_again", "edition_batches"]

_BATCH = 500
"""Texts in one commit: a run that is killed loses no more than this many, and finds the rest when it is run again."""


def cleaned_again(run: WritingRun, texts: Sequence[Held]) -> Iterator[Sequence[CleanedAgain]]:
    """The texts in their order, batch by batch, each read and cleaned by whoever does bulk work while those before it
    are dealt with; says how many pages were not there."""
    begun: deque[list[Held]] = deque()

    def parts() -> Iterator[SegmentPart]:
        for key, some, end in in_parts(texts):
            begun.append(some)
            offsets = [held.warc_offset for held in some]
            yield run.part_of(key, begin=offsets[0], end=end, only=frozenset(offsets))

    def every() -> Iterator[CleanedAgain]:
        for found in done_over(run.engine, parts()):
            by_offset = {sighting.offset: (sighting.note, made) for sighting, made in found}
            for held in begun.popleft():
                yield CleanedAgain(held, *by_offset.get(held.warc_offset, (None, None)))

    made = every()
    while batch := list(islice(made, _BATCH)):
        if gone := sum(each.made is None for each in batch):
            run.watch.step(f"{plural(gone, 'page')} not found where their texts say: see 'broadtape verify'")
        yield batch


def edition_batches(run: WritingRun, site: str, texts: Sequence[Held], changes: Changes) -> Iterator[Sequence[Held]]:
    """Cleans texts of one outlet again and writes new editions of those that changed; gives each batch that is done.

    The outlet is leased to write a batch, not while it is cleaned, unless the run holds it anyhow. Raises LeaseHeld
    where another run is writing it: what was given until then is done.
    """
    done = 0
    progress = told_of(run.watch, f"{site}: texts cleaned again")
    if texts:
        with run.leased(site):
            pass  # who writes it now may well write it when the first batch is cleaned
    for cleaned in cleaned_again(run, texts):
        with run.leased(site) as lease:
            made = _standing(run, list(changes_of(run.archive, cleaned)))
            write_editions(run.archive, made, lease)
        for change in made:
            changes.count(change)
        done += len(cleaned)
        progress(done, len(texts))
        run.watch.step(f"{site}: {done:,} of {len(texts):,} texts cleaned again, {changes.changed:,} changed so far")
        yield [each.held for each in cleaned]


def _standing(run: WritingRun, made: Sequence[Change]) -> list[Change]:
    """Those whose articles were not forgotten since they were read."""
    gone = run.archive.decisions.blocked_articles({change.before.article_id or "" for change in made})
    return [change for change in made if change.before.article_id not in gone]
