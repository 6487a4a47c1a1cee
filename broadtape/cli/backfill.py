"""`broadtape backfill`: the articles in WARC files, without crawling."""

from __future__ import annotations

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import engine_option

__all__ = ["backfill"]


@click.command(
    epilog="""\b
Examples:
  broadtape backfill CC-NEWS-20260301-000001.warc.gz
  broadtape backfill recordings/ --site cnbc --archive ./history
""",
)
@click.argument("files", nargs=-1, required=True, metavar="WARC|FOLDER...", type=click.Path())
@click.option("--site", "sites", multiple=True, metavar="SITE", help="Only this outlet; repeatable.")
@click.option("--archive", metavar="URI", help="A folder or s3://bucket/prefix.  [default: as the settings say]")
@engine_option
@pass_invocation
def backfill(
    invocation: Invocation, /, files: tuple[str, ...], sites: tuple[str, ...], archive: str | None, engine: str | None
) -> None:
    """Archive the configured outlets' articles in WARC files, at the times they were fetched.

    Which outlets are enabled makes no difference; a robots.txt in the recording, noarchive and what was forgotten do.
    Done twice, it adds nothing.
    """
    from broadtape.cli.common.by_hand import do_job
    from broadtape.cli.common.screen import Screen, print_report
    from broadtape.jobs import backfill as job

    config = invocation.config_folder
    screen = Screen()

    def check() -> None:
        from broadtape.jobs.recordings.backfill_run import BackfillRun

        BackfillRun(files, sites=sites or None, archive=archive, config=config, engine=engine)

    try:
        do_job(
            invocation.settings,
            "backfill",
            job.backfill,
            {
                "files": list(files),
                "sites": list(sites) or None,
                "archive": archive,
                "config": config,
                "engine": engine,
            },
            screen,
            check=check,
        )
    finally:
        if screen.report:
            print_report(screen.report, invocation.archive_uri(archive), config)
