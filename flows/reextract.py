"""Re-extraction: better rules over what is archived, as new editions that can be told from the old ones."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

from prefect import flow, task
from pydantic import Field

from broadtape.errors import LeaseHeld
from broadtape.ingest.reextract import Changes, clean_again, outdated, write_editions
from broadtape.site import Site, pick_sites
from broadtape.times import parse_time
from flows.listening import listener
from flows.retrying import RETRIED
from flows.run import Run

__all__ = ["reextract"]

_BATCH = 500
"""Texts in one commit: a run that is killed loses no more than this many, and finds the rest when it is run again."""

_Sites = Annotated[list[str] | None, Field(description="Outlets; every configured one where none is named.")]
_Since = Annotated[str | None, Field(description="Only what was fetched since: ISO 8601, or a span back such as 3d.")]
_Sample = Annotated[int | None, Field(ge=1, description="Only report what would change in the newest N texts.")]
_Archive = Annotated[str | None, Field(description="Where the archive lies, if not where the settings say.")]
_Config = Annotated[str | None, Field(description="Folder that holds broadtape.toml and sites/.")]


@flow(name="reextract", description="Clean archived pages again by today's rules.", persist_result=False)
def reextract(
    sites: _Sites = None,
    since: _Since = None,
    sample: _Sample = None,
    archive: _Archive = None,
    config: _Config = None,
) -> dict[str, Any]:
    """Writes new editions, or with `sample` only tells what would change; gives counts by rule with examples."""
    with Run(archive=archive, config=config, watch=listener()) as run:
        chosen = pick_sites(run.all_sites, sites) if sites else list(run.all_sites.values())
        changes = Changes()
        if sample:
            _look(run, chosen, since, sample, changes)
        else:
            run.recover()
            for site in chosen:
                clean_outlet.with_options(task_run_name=site.name)(run, site, since, changes)
    return changes.as_dict()


def _look(run: Run, sites: list[Site], since: str | None, sample: int, changes: Changes) -> None:
    texts = outdated(run.archive, sites, since=parse_time(since) if since else None, sample=sample)
    for change in clean_again(run.archive, texts, run.cleaners):
        changes.count(change)


@task(name="reextract-outlet", **RETRIED)
def clean_outlet(run: Run, site: Site, since: str | None, changes: Changes) -> None:
    """Cleans one outlet's outdated texts and commits them in batches; an outlet that is being written is left out."""
    texts = iter(outdated(run.archive, [site], since=parse_time(since) if since else None))
    while batch := list(islice(texts, _BATCH)):
        try:
            lease = run.lease(site.name)
        except LeaseHeld as held:
            run.watch.step(f"{site.name} was left out: {held}")
            return
        made = list(clean_again(run.archive, batch, run.cleaners))
        for change in made:
            changes.count(change)
        write_editions(run.archive, made, lease)
        run.watch.step(f"{site.name}: {changes.looked_at:,} texts cleaned again, {changes.changed:,} changed")
    run.release(site.name)
