"""Which held-back pages a call means, and what came of a decision on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation
from broadtape.cli.common.sentences import say
from broadtape.cli.common.terminal_text import one_line
from broadtape.errors import OutletsBusy, UsageError

if TYPE_CHECKING:
    from broadtape.ingest.quarantine_release import Released
    from broadtape.jobs.quarantine import Choice, Decided

__all__ = ["chosen", "decision_options", "print_decided"]


def decision_options(command: Callable[..., None]) -> Callable[..., None]:
    """What every decision is told: outlets or addresses, a run, a reason."""
    command = click.option("--reason", metavar="TEXT", help="Kept with the decision.")(command)
    command = click.option("--run", metavar="RUN", help="Only what this run held back.")(command)
    return click.argument("names", nargs=-1, metavar="[SITE | URL]...")(command)


def chosen(invocation: Invocation, names: Sequence[str], run: str | None, archive: str | None) -> Choice:
    """The pages that are meant by outlets or addresses; raises UsageError for both, for none, or for an unknown one."""
    from broadtape.jobs.quarantine import Choice

    urls = tuple(name for name in names if "://" in name)
    sites = tuple(name for name in names if "://" not in name)
    if urls and sites:
        raise UsageError("Name outlets or addresses, not both: an address says whose it is.")
    if not names:
        raise UsageError("Nothing was named: say which outlet or which addresses.")
    if sites:
        invocation.corpus(archive).check_sites(sites)
    return Choice(sites, urls, run)


def print_decided(decided: Decided, *, usual: bool | None = None) -> None:
    """What came of it, outlet by outlet; raises OutletsBusy, at the end, for those that a run is writing.

    `usual`: whether the outlets' looks were taken as usual, where that was a question.
    """
    for site, released in decided.published.items():
        say(f"{site}: {_released(released)}")
        if usual:
            say(f"{site}: this is how it looks from now on; 'broadtape quarantine undo' takes that back.")
        elif usual is not None and released.published:
            say(f"{site}: its next pages are compared with what it looked like before; --as-usual ends that.")
    for site, count in decided.rejected.items():
        say(f"{site}: {pages(count)} rejected.")
    for site, why in decided.left_out.items():
        say(f"{site} was left out: {one_line(why)}")
    if decided.left_out:
        raise OutletsBusy(decided.left_out)


def _released(done: Released) -> str:
    if not (done.published or done.unchanged or done.refused):
        return "nothing was held back."
    told = f"{pages(done.published)} published"
    if done.unchanged:
        told += f", {done.unchanged:,} as the archive has them already"
    if done.refused:
        told += f", {done.refused:,} of which cleaning still makes no article"
    return f"{told}."


def pages(count: int) -> str:
    """`1 page`, `2 pages`."""
    return "1 page" if count == 1 else f"{count:,} pages"
