"""An outlet's archived texts cleaned again, batch by batch, each committed once it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from broadtape.errors import LeaseHeld
from broadtape.ingest.edition_changes import Changes
from broadtape.ingest.reextract import Held, clean_again, write_editions
from broadtape.jobs.writing_run import WritingRun

__all__ = ["edition_batches"]

_BATCH = 500
"""Texts in one commit: a run that is killed loses no more than this many, and finds the rest when it is run again."""


def edition_batches(run: WritingRun, site: str, texts: Sequence[Held], changes: Changes) -> Iterator[Sequence[Held]]:
    """Cleans texts of one outlet again and writes new editions of those that changed; gives each batch that is done.

    An outlet that another run is writing is left out, and `changes` says so.
    """
    waiting = iter(texts)
    done = 0
    while batch := list(islice(waiting, _BATCH)):
        try:
            lease = run.lease(site)
        except LeaseHeld as held:
            changes.left_out[site] = str(held)
            return
        made = list(clean_again(run.archive, batch, run.cleaners))
        for change in made:
            changes.count(change)
        write_editions(run.archive, made, lease)
        done += len(batch)
        run.watch.step(f"{site}: {done:,} of {len(texts):,} texts cleaned again, {changes.changed:,} changed so far")
        yield batch
    run.release(site)
