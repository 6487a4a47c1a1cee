"""Hearing how a run gets on."""

from __future__ import annotations

from broadtape.monitoring.run_report import OutletReport, RunReport

__all__ = ["ProgressListener"]


class ProgressListener:
    """Told of a run's steps, from its main thread or the one that commits; this one keeps them to itself."""

    def step(self, text: str) -> None:
        """The run has come to a new step."""

    def progress(self, site: str, *, discovered: int, to_fetch: int, fetched: int) -> None:
        """An outlet's crawl has got further; counts of pages so far."""

    def counted(self, what: str, done: int, total: int) -> None:
        """A step has done this much of what it has to do."""

    def published(self, report: RunReport) -> None:
        """More of the run is committed."""

    def concluded(self, outlet: OutletReport) -> None:
        """An outlet is done and judged."""

    def finished(self, report: RunReport) -> None:
        """The run has been judged."""
