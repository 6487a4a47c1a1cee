"""Why an address is not fetched, as an exception that Scrapy takes for a request to drop."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest

__all__ = ["Ending", "Refused"]


class Refused(IgnoreRequest):
    """An address that is not to be fetched; `reason` goes into the ledger.

    `detail` says more to an operator than the ledger's few words. `later`: the next run may well fetch it, so that its
    listing must not be taken as dealt with. `failed`: nobody forbade it, it went wrong.
    """

    def __init__(self, reason: str, *, detail: str | None = None, later: bool = False, failed: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.detail, self.later, self.failed = reason, detail, later, failed

    @property
    def told(self) -> str:
        """The reason with its detail."""
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


class Ending(IgnoreRequest):
    """The outlet's crawl is coming to its end; what is not under way is left for the next run."""
