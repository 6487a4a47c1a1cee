"""`broadtape release`: the former name of `broadtape quarantine`, kept."""

from __future__ import annotations

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.quarantine.approve import approve_pages, as_usual_option
from broadtape.cli.quarantine.choosing import decision_options
from broadtape.cli.quarantine.reject import reject_pages
from broadtape.errors import UsageError

__all__ = ["release"]


@click.command(
    epilog="""\b
Examples:
  broadtape release                            as 'quarantine list'
  broadtape release marketferry --as-usual     as 'quarantine approve'
  broadtape release marketferry --reject       as 'quarantine reject'
"""
)
@decision_options
@click.option("--reject", is_flag=True, help="Keep the pages out for good instead of publishing them.")
@as_usual_option
@archive_option
@pass_invocation
def release(
    invocation: Invocation,
    /,
    names: tuple[str, ...],
    run: str | None,
    reason: str | None,
    reject: bool,
    as_usual: bool | None,
    archive: str | None,
) -> None:
    """Publish pages that were held back, or reject them; with no argument, list them.

    The former name of 'quarantine list', 'quarantine approve' and 'quarantine reject'.
    """
    if not names and not (reject or run or reason or as_usual):
        from broadtape.archive import Archive
        from broadtape.cli.quarantine.list import print_held
        from broadtape.ingest.quarantine_release import held_pages

        print_held(held_pages(Archive.open(invocation.archive_uri(archive))))
    elif reject:
        if as_usual:
            raise UsageError("--reject keeps pages out, --as-usual takes them as usual: say one of them.")
        reject_pages(invocation, names, run, reason, archive)
    else:
        approve_pages(invocation, names, run, reason, archive, as_usual=as_usual)
