"""An outlet's archived texts cleaned again, batch by batch, each committed once it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from broadtape.ingest.edition_changes import Change, Changes
from broadtape.ingest.reextract import Held, clean_again, write_editions
from broadtape.jobs.writing_run import WritingRun

__all__ = ["edition_batches"]

_BATCH = 500
"""Texts in one commit: a run that is killed loses no more than this many, and finds the rest when it is run again."""


def edition_batches(run: WritingRun, site: str, texts: Sequence[Held], changes: Changes) -> Iterator[Sequence[Held]]:
    """Cleans texts of one outlet again and writes new editions of those that changed; gives each batch that is done.

    The outlet is leased to write a batch, not while it is cleaned, unless the run holds it anyhow. Raises LeaseHeld
    where another run is writing it: what was given until then is done.
    """
    waiting = iter(texts)
    done = 0
    while batch := list(islice(waiting, _BATCH)):
        with run.leased(site):
            pass  # who writes it now may well write it when the batch is cleaned
        made = list(clean_again(run.archive, batch, run.cleaners))
        with run.leased(site) as lease:
            made = _standing(run, made)
            write_editions(run.archive, made, lease)
        for change in made:
            changes.count(change)
        done += len(batch)
        run.watch.step(f"{site}: {done:,} of {len(texts):,} texts cleaned again, {changes.changed:,} changed so far")
        yield batch


def _standing(run: WritingRun, made: Sequence[Change]) -> list[Change]:
    """Those whose articles were not forgotten since they were read."""
    gone = run.archive.decisions.blocked_articles({change.before.article_id or "" for change in made})
    return [change for change in made if change.before.article_id not in gone]
