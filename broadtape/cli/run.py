"""`broadtape run`: the main job by hand, with progress while it works and a table at its end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.sentences import say

if TYPE_CHECKING:
    from broadtape.cli.common.screen import Screen
    from broadtape.monitoring.run_report import RunReport

__all__ = ["run"]


@click.command(
    epilog="""\b
Examples:
  broadtape run                         every enabled outlet
  broadtape run ecb nasdaq --limit 5    two outlets, five pages each
  broadtape run ecb --since 2024-01-01  back to a day, through the archive sitemaps
  broadtape run --replay recording.warc.gz --archive ./try
""",
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--archive", metavar="URI", help="A folder or s3://bucket/prefix.  [default: as the settings say]")
@click.option("--since", metavar="TIME", help="Only stories listed as newer: ISO 8601, or a span back such as 3d.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Pages fetched from one outlet at the most.")
@click.option(
    "--replay",
    type=click.Path(),
    metavar="FILE",
    help="Answer every request from this WARC file instead of the network, at its own times, without delays.",
)
@click.option("--url", "urls", multiple=True, metavar="URL", help="Fetch this address and nothing else; repeatable.")
@click.option("--metrics-file", type=click.Path(dir_okay=False), metavar="FILE", help="Leave Prometheus metrics here.")
@pass_invocation
def run(invocation: Invocation, /, sites: tuple[str, ...], metrics_file: str | None, **options: Any) -> None:
    """Crawl outlets, clean what came and archive it.

    With no SITE every enabled outlet is crawled; with a recording, every outlet that it holds. What is known is not
    fetched again, changed stories become new revisions. A run that is killed loses nothing: run it again. Feeds are
    looked at however recently that was done; a schedule waits as long as they ask. Where a Prefect server answers, a
    schedule's or the one in PREFECT_API_URL, the run is seen in its pages.

    The exit status is 1 where an outlet is in trouble, and 3 where all are well but some were left out, since another
    run is writing them.
    """
    from broadtape.cli.common.by_hand import do_job
    from broadtape.cli.common.screen import Screen, print_report
    from broadtape.errors import OutletsBusy

    order = {name: value for name, value in options.items() if value not in (None, (), False)}
    order |= {"sites": list(sites) or None, "urls": list(options["urls"]) or None}
    config = invocation.config_folder
    screen = Screen()
    order |= {"config": config, "force": True}
    try:
        do_job(invocation.settings, "archive_news", _crawl, order, screen, check=lambda: _check(order))
    finally:
        if metrics_file:
            _leave_metrics(Path(metrics_file), invocation, options["archive"])
        if screen.report and not options["urls"]:
            print_report(screen.report, invocation.archive_uri(options["archive"]), config)
    if screen.report and options["urls"]:
        _print_outcomes(screen.report, options["urls"])
    if screen.report:
        screen.report.raise_for_trouble()
        if screen.report.left_out:
            raise OutletsBusy(screen.report.left_out)


def _print_outcomes(report: RunReport, urls: tuple[str, ...]) -> None:
    """What came of each address; ends the command with status 1 where one's text is not in the archive."""
    from broadtape.archive import Archive
    from broadtape.cli.common.address_outcomes import outcomes
    from broadtape.cli.common.terminal_text import one_line

    found = list(outcomes(Archive.open(report.archive), report.run, urls))
    for url, said, _ in found:
        say(f"{one_line(url)}: {one_line(said)}")
    if not all(good for _, _, good in found):
        click.get_current_context().exit(1)


def _crawl(*, watch: Screen, **order: Any) -> RunReport:
    from broadtape.jobs.archive_news import archive_news
    from broadtape.jobs.crawling.order import Order

    return archive_news(Order.of(order), watch=watch)


def _leave_metrics(file: Path, invocation: Invocation, archive: str | None) -> None:
    from broadtape.metrics.exposition import write_metrics

    write_metrics(file, invocation.settings.spool, invocation.archive_uri(archive))


def _check(order: Mapping[str, Any]) -> None:
    from broadtape.jobs.crawling.crawl_run import CrawlRun
    from broadtape.jobs.crawling.order import Order

    CrawlRun(Order.of(order))
