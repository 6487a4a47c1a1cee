"""Re-extraction: better rules over what is archived, as new editions that can be told from the old ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated, Any

from prefect import flow, task
from pydantic import Field

from broadtape.errors import LeaseHeld
from broadtape.ingest.edition_changes import Changes
from broadtape.ingest.reextract import Held, Progress, clean_again, outdated, write_editions
from broadtape.jobs.writing_run import WritingRun
from broadtape.site import Site, pick_sites
from broadtape.times import parse_time
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder
from flows.retrying import RETRIED

__all__ = ["batches", "reextract"]

_BATCH = 500
"""Texts in one commit: a run that is killed loses no more than this many, and finds the rest when it is run again."""

_Sites = Annotated[list[str] | None, Field(description="Outlets; every configured one where none is named.")]
_Since = Annotated[str | None, Field(description="Only what was fetched since: ISO 8601, or a span back such as 3d.")]
_Sample = Annotated[int | None, Field(ge=1, description="Only report what would change in the newest N texts.")]


@flow(name="reextract", description="Clean archived pages again by today's rules.", persist_result=False)
def reextract(
    sites: _Sites = None,
    since: _Since = None,
    sample: _Sample = None,
    archive: ArchiveUri = None,
    config: ConfigFolder = None,
) -> dict[str, Any]:
    """Writes new editions, or with `sample` only tells what would change; gives counts by rule with examples."""
    with WritingRun(archive=archive, config=config, watch=listener()) as run:
        chosen = pick_sites(run.all_sites, sites) if sites else list(run.all_sites.values())
        changes = Changes()
        if sample:
            _look(run, chosen, since, sample, changes)
        else:
            run.recover()
            for site in chosen:
                clean_outlet.with_options(task_run_name=site.name)(run, site, since, changes)
    return changes.as_dict()


def _look(run: WritingRun, sites: list[Site], since: str | None, sample: int, changes: Changes) -> None:
    moment = parse_time(since) if since else None
    texts = outdated(run.archive, sites, run.cleaners.extractor, since=moment, sample=sample)
    run.watch.step(f"cleaning {len(texts):,} texts again, to tell what would change")
    for change in clean_again(run.archive, texts, run.cleaners):
        changes.count(change)


@task(name="reextract-outlet", **RETRIED)
def clean_outlet(run: WritingRun, site: Site, since: str | None, changes: Changes) -> None:
    """Cleans one outlet's outdated texts and commits them in batches; an outlet that is being written is left out."""
    moment = parse_time(since) if since else None
    progress = Progress.load(run.archive, site.name, run.cleaners.extractor(site.name), moment)
    texts = progress.left(outdated(run.archive, [site], run.cleaners.extractor, since=moment))
    for batch in batches(run, site.name, texts, changes):
        progress.save(run.archive, site.name, batch[-1])


def batches(run: WritingRun, site: str, texts: Sequence[Held], changes: Changes) -> Iterator[Sequence[Held]]:
    """Cleans an outlet's texts batch by batch and commits what changed; each batch once it is done."""
    waiting = iter(texts)
    done = 0
    while batch := list(islice(waiting, _BATCH)):
        try:
            lease = run.lease(site)
        except LeaseHeld as held:
            run.watch.step(f"{site} was left out: {held}")
            return
        made = list(clean_again(run.archive, batch, run.cleaners))
        for change in made:
            changes.count(change)
        write_editions(run.archive, made, lease)
        done += len(batch)
        run.watch.step(f"{site}: {done:,} of {len(texts):,} texts cleaned again, {changes.changed:,} changed so far")
        yield batch
    run.release(site)
