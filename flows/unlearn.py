"""Taking learnt rules back: out of force for good, and their lines back into the texts they were taken from."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow, task
from pydantic import Field

from broadtape.ingest.edition_changes import Changes
from broadtape.ingest.reextract import touched_by
from broadtape.jobs.writing_run import WritingRun
from broadtape.learning.learn import take_back
from broadtape.site import pick_sites
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder
from flows.reextract import batches
from flows.retrying import RETRIED

__all__ = ["unlearn"]

_Site = Annotated[str, Field(description="The outlet.")]
_Rules = Annotated[list[str] | None, Field(description="Rules by name, as in `removed`; all of the outlet's else.")]
_Reason = Annotated[str | None, Field(description="Why, to be kept with the decision.")]


@flow(name="unlearn", description="Take learnt rules back and clean again what they touched.", persist_result=False)
def unlearn(
    site: _Site,
    rules: _Rules = None,
    reason: _Reason = None,
    archive: ArchiveUri = None,
    config: ConfigFolder = None,
) -> dict[str, Any]:
    """Takes rules back and writes new editions of the texts they touched; run again after a crash, it does the rest."""
    with WritingRun(archive=archive, config=config, watch=listener()) as run:
        pick_sites(run.all_sites, [site])
        # Before anything is cleaned: a run keeps to the rules that it asked for first.
        names = take_back_rules(run, site, rules or [], reason)
        run.recover()
        changes = Changes()
        clean_touched(run, site, names, changes)
    return {**changes.as_dict(), "taken_back": sorted(names)}


@task(name="take-back", **RETRIED)
def take_back_rules(run: WritingRun, site: str, rules: list[str], reason: str | None) -> set[str]:
    """The decision; gives all rules that were ever taken back. Raises LeaseHeld while another run writes the outlet."""
    run.lease(site)
    return take_back(run.archive, site, rules, reason=reason) | run.archive.rejected_rules(site)


@task(name="clean-touched", **RETRIED)
def clean_touched(run: WritingRun, site: str, rules: set[str], changes: Changes) -> None:
    """Cleans again every text that one of these rules took a line from, and writes new editions."""
    for _ in batches(run, site, touched_by(run.archive, site, rules), changes):
        pass
    run.release(site)
