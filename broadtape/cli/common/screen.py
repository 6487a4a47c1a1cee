"""A run on the terminal: progress while it works, one table at its end, and what to type next."""

from __future__ import annotations

import sys
import time

import click

from broadtape.cli.common.log_lines import log
from broadtape.cli.common.sentences import say
from broadtape.cli.common.tables import print_table
from broadtape.cli.common.terminal_text import one_line
from broadtape.jobs.progress import ProgressListener
from broadtape.log_format import as_json
from broadtape.monitoring.run_report import COLUMNS, RunReport

__all__ = ["Screen", "print_report"]

_EVERY = 2.0
"""Seconds between two lines of progress where there is no terminal to redraw."""


class Screen(ProgressListener):
    """A run on the terminal: progress on standard error while it works, the table on standard output."""

    def __init__(self) -> None:
        self.report: RunReport | None = None
        self._counts: dict[str, tuple[int, int, int]] = {}
        self._archived = 0
        self._told = ""
        self._at = 0.0
        self._live = sys.stderr.isatty() and not as_json()

    def step(self, text: str) -> None:
        """A line of its own."""
        self._clear()
        log(text)

    def progress(self, site: str, *, discovered: int, to_fetch: int, fetched: int) -> None:
        """Redraws the line of progress, or writes one now and then."""
        self._counts[site] = (discovered, to_fetch, fetched)
        self._show()

    def counted(self, what: str, done: int, total: int) -> None:
        """Redraws how far a step has got; nothing where there is no terminal to redraw."""
        if self._live:
            click.echo(f"\r\x1b[K{what}: {done:,} of {total:,}", err=True, nl=done == total)

    def published(self, report: RunReport) -> None:
        """Counts what is committed."""
        self._archived = sum(outlet.archived + outlet.revisions for outlet in report.outlets.values())
        self._show()

    def finished(self, report: RunReport) -> None:
        """Keeps the report for the table; programs are told what it says of each outlet."""
        self.report = report
        self._clear()
        if as_json():
            for outlet in report.outlets.values():
                log(outlet.site, level="error" if outlet.trouble else "info", run=report.run, outlet=outlet.as_dict())

    def _show(self) -> None:
        listed, to_fetch, fetched = (sum(counts[at] for counts in self._counts.values()) for at in range(3))
        line = f"{listed} listed, {fetched} of {to_fetch} pages fetched, {self._archived} archived"
        now = time.monotonic()
        if line == self._told or (not self._live and now - self._at < _EVERY):
            return
        self._told, self._at = line, now
        if self._live:
            click.echo(f"\r\x1b[K{line}", err=True, nl=False)
        else:
            log(line, bare=True, listed=listed, to_fetch=to_fetch, fetched=fetched, archived=self._archived)

    def _clear(self) -> None:
        if self._live and self._told:
            click.echo("\r\x1b[K", err=True, nl=False)
        self._told = ""


def print_report(report: RunReport, archive: str, config: str | None = None) -> None:
    """The table, the troubles, and what to type next."""
    rows = [outlet.cells() for outlet in report.outlets.values()]
    print_table(COLUMNS, rows, numbers=range(1, 6), below=2)
    for name, why in report.left_out.items():
        say(f"{name} was left out: {one_line(why)}")
    for outlet in report.outlets.values():
        for notice in outlet.notices:
            say(f"{outlet.site}: {one_line(notice)}.")
    if any(outlet.archived + outlet.revisions for outlet in report.outlets.values()):
        say("\nRead it:")
        for command in ("read --format text --limit 3", "read --revisions --limit 5", "browse", "status"):
            click.echo(f"  {_call(config)} {command} --archive {archive}")


def _call(config: str | None) -> str:
    program = sys.argv[0] if sys.argv[0].endswith("/broadtape") else "broadtape"
    return f"{program} --config {config}" if config else program
