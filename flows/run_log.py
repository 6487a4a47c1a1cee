"""What Prefect's log says of a run: a line for each outlet with its counts, and expected trouble as one sentence."""

from __future__ import annotations

import logging
import re

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

from broadtape.errors import BroadtapeError
from broadtape.jobs.progress import ProgressListener
from broadtape.monitoring.run_report import OutletReport, RunReport

__all__ = ["RunLog", "log_plainly"]

_ENGINES = ("prefect.flow_runs", "prefect.task_runs")
_FINISHED = re.compile(r"(Finished in state Failed)\((['\"])(?:Task|Flow) run encountered an exception.*", re.DOTALL)


class RunLog(ProgressListener):
    """Writes what happens to the run's log, and hands it on to whoever else listens."""

    def __init__(self, heard_by: ProgressListener) -> None:
        self._heard_by = heard_by

    def step(self, text: str) -> None:
        """See ProgressListener."""
        _write(logging.INFO, text)
        self._heard_by.step(text)

    def progress(self, site: str, *, discovered: int, to_fetch: int, fetched: int) -> None:
        """See ProgressListener."""
        self._heard_by.progress(site, discovered=discovered, to_fetch=to_fetch, fetched=fetched)

    def counted(self, what: str, done: int, total: int) -> None:
        """See ProgressListener."""
        self._heard_by.counted(what, done, total)

    def published(self, report: RunReport) -> None:
        """See ProgressListener."""
        self._heard_by.published(report)

    def concluded(self, outlet: OutletReport) -> None:
        """See ProgressListener."""
        _write(logging.WARNING if outlet.trouble else logging.INFO, outlet.sentence())
        self._heard_by.concluded(outlet)

    def finished(self, report: RunReport) -> None:
        """See ProgressListener."""
        self._heard_by.finished(report)


def _write(level: int, text: str) -> None:
    try:
        get_run_logger().log(level, "%s", text)
    except MissingContextError:  # a job that a test runs by itself
        return


class _Plainly(logging.Filter):
    """Leaves tracebacks to what nobody expected: an error of ours is one sentence, told once."""

    def __init__(self) -> None:
        super().__init__()
        self._told: BaseException | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, BroadtapeError):
            if error is self._told:
                return False
            self._told = error
            record.msg, record.args, record.exc_info, record.exc_text = str(error), (), None, None
        elif isinstance(record.msg, str):
            record.msg = _FINISHED.sub(r"\1.", record.msg)
        return True


def log_plainly() -> None:
    """Lets the engines of this process log so; to be called once Prefect's logging is set up."""
    for name in _ENGINES:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Plainly) for each in logger.filters):
            logger.addFilter(_Plainly())
