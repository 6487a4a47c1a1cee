"""`broadtape schedule`: every enabled outlet on its cron, until interrupted."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.log_lines import log
from broadtape.errors import CannotListen

if TYPE_CHECKING:
    from broadtape.settings import Settings

__all__ = ["schedule"]

_PATIENCE = 15.0
"""Seconds that Prefect may take to end after Ctrl-C."""


@click.command(
    epilog="""\b
Examples:
  broadtape schedule                         on a Prefect server that is found, or started here
  broadtape schedule --archive s3://bucket/news
  broadtape schedule --take-over             in place of the one that is served already
  PREFECT_API_URL=http://host:4200/api broadtape schedule
""",
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--archive", metavar="URI", help="A folder or s3://bucket/prefix.  [default: as the settings say]")
@click.option(
    "--port",
    default=4200,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where to start a Prefect server if none answers.",
)
@click.option("--take-over", is_flag=True, help="End the schedule that is served there already, and go on instead.")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Where to serve /metrics on loopback; 0 for nowhere.",
)
@pass_invocation
def schedule(
    invocation: Invocation,
    /,
    sites: tuple[str, ...],
    archive: str | None,
    port: int,
    take_over: bool,
    metrics_port: int | None,
) -> None:
    """Put every enabled outlet on the cron of its file, and upkeep once a day.

    Outlets that share a cron share a run. Runs are seen, and can be started with parameters, in Prefect's pages at the
    address that is printed. Outlets' files may change meanwhile, come and go: it counts what they say when a run
    begins. One schedule is served on a Prefect server: a second one refuses. Ctrl-C ends the schedule; a run under way
    keeps what it has fetched.
    """
    from broadtape.jobs.crawling.crawl_run import CrawlRun
    from broadtape.jobs.crawling.order import Order
    from broadtape.prefect_server.environment import prepare_prefect
    from broadtape.prefect_server.proxies import require_usable_proxies

    planned = CrawlRun(Order(sites=tuple(sites), archive=archive, config=invocation.config_folder))
    prepare_prefect(planned.settings)
    require_usable_proxies()
    log("Looking for Prefect's server; one that must be started here takes some ten seconds …", bare=True)
    status = _Ending()
    settings = planned.settings
    if metrics_port is not None:
        settings = settings.model_copy(update={"metrics_port": metrics_port})
    try:
        served = _served(settings, sites, port, take_over=take_over)
    except KeyboardInterrupt:  # before anything was served
        served = True
    if not served:
        # Prefect, once imported, knows the server that has just ended and no other.
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this very command
    click.get_current_context().exit(status.code)


def _served(settings: Settings, sites: tuple[str, ...], port: int, *, take_over: bool) -> bool:
    """Serves the schedule to its end; False where the former schedule's server ends first, with its schedule."""
    from broadtape.prefect_server.connection import standing_server, wait_for_end

    with standing_server(port) as (api_url, started):
        os.environ["PREFECT_API_URL"] = api_url
        from flows.schedule import serve_schedule
        from flows.schedule_owner import Ownership

        ownership = Ownership(server=started)
        former = ownership.claim(take_over=take_over)
        if former is None:
            _tell(settings, sites, api_url, started=started)
            _serve_metrics(settings)
            serve_schedule(settings, ownership, sites)
            return True
    del os.environ["PREFECT_API_URL"]  # it ends, so that ours takes its place
    wait_for_end(api_url)
    return False


def _tell(settings: Settings, sites: tuple[str, ...], api_url: str, *, started: bool) -> None:
    from broadtape.prefect_server.secret import secret_file
    from flows.schedule import MAINTAIN_CRON, grouped_by_cron

    how = "started" if started else "found"
    pages = api_url.removesuffix("/api")
    log(f"Prefect's server was {how} at {pages}: runs, logs and a form to start one by hand.", bare=True, url=pages)
    if started:
        log(f"It asks for the words in {secret_file()}, which are for you alone.", bare=True)
    for cron, names in sorted(grouped_by_cron(settings.sites(), sites).items()):
        log(f"  {cron:<16} {', '.join(names)}", bare=True, cron=cron, outlets=names)
    log(f"  {MAINTAIN_CRON:<16} upkeep", bare=True, cron=MAINTAIN_CRON)
    log("Times are UTC. Ctrl-C ends the schedule.", bare=True)


def _serve_metrics(settings: Settings) -> None:
    """Metrics beside the runs; a port that is taken costs the metrics alone."""
    from broadtape.metrics.exposition import serve_metrics

    if not settings.metrics_port:
        return
    try:
        serve_metrics(settings.metrics_port, settings.spool, settings.archive)
    except CannotListen as error:
        log(str(error), level="warning")
    else:
        log(f"Metrics for Prometheus: http://127.0.0.1:{settings.metrics_port}/metrics", bare=True)


class _Ending:
    """What ends the schedule, and its exit status then: 130 for Ctrl-C, 0 for SIGTERM, as a service is ended.

    The second one ends the process at once: its server, its runs' crawls and its claim end with it.
    """

    def __init__(self) -> None:
        self.code = 130
        self._asked = False
        signal.signal(signal.SIGINT, self._end)
        signal.signal(signal.SIGTERM, self._end)

    def _end(self, number: int, _frame: object) -> None:
        if self._asked:
            os._exit(self.code)
        self._asked = True
        self.code = 0 if number == signal.SIGTERM else 130
        # Should Prefect's own end not come: a server may be gone already.
        last = threading.Timer(_PATIENCE, os._exit, [self.code])
        last.daemon = True
        last.start()
        raise KeyboardInterrupt
