"""`broadtape quarantine reject`: pages that were held back stay out."""

from __future__ import annotations

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.quarantine.choosing import chosen, decision_options, print_decided

__all__ = ["reject", "reject_pages"]


@click.command(
    epilog="""\b
Examples:
  broadtape quarantine reject marketferry --reason "a consent page"
  broadtape quarantine reject https://www.example.com/markets/story
"""
)
@decision_options
@archive_option
@pass_invocation
def reject(
    invocation: Invocation, /, names: tuple[str, ...], run: str | None, reason: str | None, archive: str | None
) -> None:
    """Keep pages that were held back out for good: those of outlets, or those at addresses.

    Their bytes stay in the WARC files, and the decision is kept.
    """
    reject_pages(invocation, names, run, reason, archive)


def reject_pages(
    invocation: Invocation, names: tuple[str, ...], run: str | None, reason: str | None, archive: str | None
) -> None:
    """What `reject` does."""
    from broadtape.cli.common.screen import Screen
    from broadtape.jobs.quarantine import reject

    choice = chosen(invocation, names, run, archive)
    print_decided(reject(choice, reason=reason, archive=archive, config=invocation.config_folder, watch=Screen()))
