"""Taking learnt rules back: out of force for good, and their lines back into the texts they were taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from broadtape.ingest.edition_changes import Changes
from broadtape.ingest.reextract import touched_by
from broadtape.jobs.edition_batches import edition_batches
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.learning.learn import take_back
from broadtape.site.outlets import pick_sites

__all__ = ["Unlearnt", "unlearn"]


@dataclass(frozen=True, slots=True)
class Unlearnt:
    """Rules that were taken back, now or before, by name; and what their texts look like without them."""

    taken_back: frozenset[str]
    changes: Changes

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {**self.changes.as_dict(), "taken_back": sorted(self.taken_back)}


def unlearn(
    site: str,
    rules: Sequence[str] = (),
    *,
    reason: str | None = None,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
) -> Unlearnt:
    """Takes an outlet's rules back, all where none is named, and writes new editions of the texts they touched.

    Run again after a crash, it does the rest. Raises LeaseHeld while another run writes the outlet, UsageError for a
    rule that it never had.
    """
    changes = Changes()
    with WritingRun(archive=archive, config=config, watch=watch, steps=steps, create=False) as run:
        pick_sites(run.all_sites, [site])
        # Before anything is cleaned: a run keeps to the rules that it asked for first.
        names = run.steps.do(Step("take-back", partial(_take_back, run, site, rules, reason), site))
        run.recover()
        run.steps.do(Step("clean-touched", partial(_clean_touched, run, site, names, changes), site))
    return Unlearnt(frozenset(names), changes)


def _take_back(run: WritingRun, site: str, rules: Sequence[str], reason: str | None) -> set[str]:
    """The decision; gives all rules that were ever taken back."""
    run.lease(site)
    return take_back(run.archive, site, rules, reason=reason) | run.archive.decisions.rejected_rules(site)


def _clean_touched(run: WritingRun, site: str, rules: set[str], changes: Changes) -> None:
    run.lease(site)
    for _ in edition_batches(run, site, touched_by(run.archive, site, rules), changes):
        pass
    run.release(site)
