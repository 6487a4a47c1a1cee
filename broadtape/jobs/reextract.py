"""Re-extraction: better rules over what is archived, as new editions that can be told from the old ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from broadtape.errors import LeaseHeld
from broadtape.ingest.edition_changes import Changes
from broadtape.ingest.reextract import Progress, changes_of, outdated
from broadtape.jobs.edition_batches import cleaned_again, edition_batches
from broadtape.jobs.in_turn import in_turn
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.site import Site
from broadtape.site.outlets import pick_sites

__all__ = ["reextract"]


def reextract(
    sites: Sequence[str] | None = None,
    *,
    since: datetime | None = None,
    sample: int | None = None,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
    engine: str | None = None,
) -> Changes:
    """Writes new editions of texts that other rules than today's made; of those fetched `since`, where that is given.

    With `sample` it writes nothing and tells what would change in that many of the newest. Killed and run again, it
    goes on where it was. An outlet that another run is writing is come back to; `left_out` names those that were
    written for longer than anybody waits.
    """
    changes = Changes()
    with WritingRun(archive=archive, config=config, watch=watch, steps=steps, create=False, engine=engine) as run:
        chosen = pick_sites(run.all_sites, sites) if sites else list(run.all_sites.values())
        if sample:
            _look(run, chosen, since, sample, changes)
        else:
            run.recover()
            sites_by_name = {site.name: site for site in chosen}

            def clean(name: str) -> str | None:
                again = partial(_clean_outlet, run, sites_by_name[name], since, changes)
                return run.steps.do(Step("reextract-outlet", again, name))

            changes.left_out.update(in_turn(run, sites_by_name, clean))
    return changes


def _look(run: WritingRun, sites: list[Site], since: datetime | None, sample: int, changes: Changes) -> None:
    texts = outdated(run.archive, sites, run.cleaners.extractor, since=since, sample=sample)
    run.watch.step(f"cleaning {len(texts):,} texts again, to tell what would change")
    for cleaned in cleaned_again(run, texts):
        for change in changes_of(run.archive, cleaned):
            changes.count(change)


def _clean_outlet(run: WritingRun, site: Site, since: datetime | None, changes: Changes) -> str | None:
    """Goes on with an outlet; gives who is writing it, where another run is."""
    progress = Progress.load(run.archive, site.name, run.cleaners.extractor(site.name), since)
    texts = progress.left(outdated(run.archive, [site], run.cleaners.extractor, since=since))
    try:
        for batch in edition_batches(run, site.name, texts, changes):
            progress.save(run.archive, site.name, batch[-1])
    except LeaseHeld as held:
        return str(held)
    return None
