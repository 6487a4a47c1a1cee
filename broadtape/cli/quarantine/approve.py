"""`broadtape quarantine approve`: held-back pages are published, and an outlet's looks taken as usual, if so said."""

from __future__ import annotations

import sys

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.quarantine.choosing import chosen, decision_options, print_decided
from broadtape.errors import UsageError

__all__ = ["approve", "approve_pages", "as_usual_option"]

as_usual_option = click.option(
    "--as-usual/--only-these",
    default=None,
    help="Whether this is how the outlet looks from now on.  [default: asks; --only-these where nobody can be asked]",
)


@click.command(
    epilog="""\b
Examples:
  broadtape quarantine approve https://www.example.com/markets/story
  broadtape quarantine approve marketferry --as-usual --reason "redesigned in May"
  broadtape quarantine approve marketferry --only-these --run 20261123T221629Z-9afe72
"""
)
@decision_options
@as_usual_option
@archive_option
@pass_invocation
def approve(
    invocation: Invocation,
    /,
    names: tuple[str, ...],
    run: str | None,
    reason: str | None,
    as_usual: bool | None,
    archive: str | None,
) -> None:
    """Publish pages that were held back: those of outlets, or those at addresses.

    They are cleaned again from their WARC records by today's rules; the archive answers with them from this moment on.
    Of an outlet it is asked whether this is how it looks from now on: then pages like these are held back no more, and
    its trouble ends. 'quarantine undo' takes that back. The decision is kept.
    """
    approve_pages(invocation, names, run, reason, archive, as_usual=as_usual)


def approve_pages(
    invocation: Invocation,
    names: tuple[str, ...],
    run: str | None,
    reason: str | None,
    archive: str | None,
    *,
    as_usual: bool | None,
) -> None:
    """What `approve` does; `as_usual` None: ask."""
    from broadtape.cli.common.screen import Screen
    from broadtape.jobs.quarantine import approve

    choice = chosen(invocation, names, run, archive)
    if as_usual and not choice.sites:
        raise UsageError("Name an outlet with --as-usual: one page does not say how it looks from now on.")
    usual = _asked(choice.sites) if as_usual is None and choice.sites else bool(as_usual)
    decided = approve(
        choice, as_usual=usual, reason=reason, archive=archive, config=invocation.config_folder, watch=Screen()
    )
    print_decided(decided, usual=usual if choice.sites else None)


def _asked(sites: tuple[str, ...]) -> bool:
    """Whether a person says so; no where nobody can be asked."""
    question = f"Is this how {', '.join(sites)} looks from now on, so that pages like these are not held back?"
    return sys.stdin.isatty() and click.confirm(question, err=True)
