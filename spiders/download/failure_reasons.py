"""Why a download failed, in a word or two that stay the same for the ledger."""

from __future__ import annotations

import logging

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from spiders.middlewares.redirect_targets import NoWebAddress
from spiders.policy.refused import Refused

__all__ = ["caused_by", "why"]

logger = logging.getLogger(__name__)

_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, "too large"),
    (DownloadConnectionRefusedError, "connection refused"),
    (CannotResolveHostError, "no such host"),
    (ResponseDataLossError, "incomplete"),
    (SSL.Error, "TLS failure"),
    (NoWebAddress, "redirect to no web address"),
    (DownloadFailedError, "connection lost"),
)


def why(error: BaseException) -> str:
    """The reason for the ledger; an error that nobody foresaw gives the name of its class."""
    if isinstance(error, Refused):
        return error.reason
    if isinstance(error, IgnoreRequest) and "redirection" in str(error):
        return "too many redirects"
    if caused_by(error, SSL.Error):
        return "TLS failure"
    word = next((word for kind, word in _WORDS if isinstance(error, kind)), None)
    if word is None:
        logger.warning("A download failed in a way nobody foresaw", exc_info=error)
    return word or type(error).__name__


def caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether a failed download's cause was such an error: in TLS, a certificate that does not hold, for instance."""
    reasons = getattr(error.__cause__, "reasons", None) or []
    return any(getattr(reason, "check", lambda *_: None)(kind) for reason in reasons)
