"""`broadtape backfill`: the articles in WARC files, without crawling."""

from __future__ import annotations

from typing import Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, archive_option, engine_option, options
from broadtape.jobs.recordings.cc_news import COMMON_CRAWL

__all__ = ["backfill"]

_ELSEWHERE = (
    click.option("--endpoint", metavar="URL", help="The S3 server with the recordings.  [default: as AWS_* say]"),
    click.option("--anonymous", is_flag=True, help="Ask it without credentials, as public buckets take it."),
    click.option("--since", type=TIME, metavar="TIME", help="Of cc-news: files begun since."),
    click.option("--until", type=TIME, metavar="TIME", help="Of cc-news: files begun before.  [default: now]"),
    click.option(
        "--from",
        "root",
        metavar="ROOT",
        default=COMMON_CRAWL,
        show_default=True,
        help="Of cc-news: where Common Crawl's layout lies, a web address, s3://bucket/prefix or a folder.",
    ),
    click.option("--again", is_flag=True, help="Read what lies elsewhere although it was read to its end before."),
)


@click.command(
    epilog="""\b
Examples:
  broadtape backfill CC-NEWS-20260301-000001.warc.gz
  broadtape backfill recordings/ --site cnbc --archive ./history
  broadtape backfill s3://recordings/2026/ --endpoint https://s3.example.org
  broadtape backfill cc-news --since 2026-03-01 --until 2026-03-08
""",
)
@click.argument("files", nargs=-1, required=True, metavar="WARC|FOLDER|ADDRESS|cc-news...", type=click.Path())
@click.option("--site", "sites", multiple=True, metavar="SITE", help="Only this outlet; repeatable.")
@archive_option
@engine_option
@options(*_ELSEWHERE)
@pass_invocation
def backfill(
    invocation: Invocation,
    /,
    files: tuple[str, ...],
    sites: tuple[str, ...],
    archive: str | None,
    engine: str | None,
    **where: Any,
) -> None:
    """Archive the configured outlets' articles in WARC files, at the times they were fetched.

    Files and folders; s3://bucket/key, an object or what lies below it (or begins so, with a * at its end); web
    addresses; cc-news, Common Crawl's news by month. What lies elsewhere is read by ranges, and read once.

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
        from broadtape.jobs.recordings.files import Origin

        origin = Origin.of(**where)
        BackfillRun(files, sites=sites or None, archive=archive, config=config, engine=engine, origin=origin)

    parameters = {"files": list(files), "sites": list(sites) or None, "archive": archive, "config": config}
    parameters |= {"engine": engine, **where}
    try:
        do_job(invocation.settings, "backfill", job.backfill, parameters, screen, check=check)
    finally:
        if screen.report:
            print_report(screen.report, invocation.archive_uri(archive), config)
