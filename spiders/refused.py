"""Why an address is not fetched, as an exception that Scrapy takes for a request to drop."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest

__all__ = ["Ending", "Refused"]


class Refused(IgnoreRequest):
    """An address that is not to be fetched; `reason` goes into the ledger.

    `later` says that the next run may well fetch it, so that its listing must not be taken as dealt with.
    """

    def __init__(self, reason: str, *, later: bool = False, failed: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.later, self.failed = reason, later, failed


class Ending(IgnoreRequest):
    """The outlet's crawl is coming to its end; what is not under way is left for the next run."""
