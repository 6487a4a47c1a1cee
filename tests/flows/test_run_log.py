"""Prefect's log tells expected trouble in one sentence, once, and keeps the traceback of what nobody expected."""

from __future__ import annotations

import logging
from logging.handlers import BufferingHandler

from broadtape.errors import RunFailed


def test_an_error_of_ours_is_one_sentence_told_once(prefect_server: str) -> None:
    from flows.run_log import log_plainly

    log_plainly()
    log_plainly()
    logger, kept = logging.getLogger("prefect.flow_runs"), BufferingHandler(100)
    logger.addHandler(kept)
    ours, odd = RunFailed("ledger: its feed is gone."), KeyError("odd")
    try:
        logger.error("Encountered exception during execution: %r", ours, exc_info=ours)
        logger.error("Engine execution exited with unexpected exception", exc_info=ours)
        logger.error("Finished in state Failed('Flow run encountered an exception: RunFailed: ledger: its feed is …')")
        logger.error("Encountered exception during execution", exc_info=odd)
    finally:
        logger.removeHandler(kept)
    expected, finished, unforeseen = kept.buffer
    assert (expected.getMessage(), expected.exc_info) == ("ledger: its feed is gone.", None)
    assert finished.getMessage() == "Finished in state Failed."
    assert unforeseen.exc_info
