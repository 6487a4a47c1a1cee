"""How Prefect is set up here, by environment variables that must stand before it is first imported.

Whatever the operator set wins.
"""

from __future__ import annotations

import os
from pathlib import Path

from broadtape.errors import SpoolError
from broadtape.log_format import as_json
from broadtape.prefect_server.proxies import spare_loopback
from broadtape.settings import Settings

__all__ = ["prepare_prefect"]

_DEFAULTS = {
    # Both phone home otherwise.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Prefect's own database must not grow without bound: runs, logs, events and what hangs on them go after 30 days.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 86400),
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P7D",
}


def prepare_prefect(settings: Settings, *, quiet: bool = False) -> None:
    """Sets what is not set: no telemetry, a home of our own beside the spool, bounded retention.

    `quiet` keeps Prefect's log off the terminal of somebody who watches a table; its server still gets it.
    """
    spare_loopback()
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    if as_json():
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER", "json")
    if "PREFECT_API_URL" not in os.environ:
        # Another version of Prefect may have its database in the common place, and would not share it.
        home = Path(os.environ.setdefault("PREFECT_HOME", str((settings.spool.parent / "prefect").absolute())))
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SpoolError(
                f"{home} cannot be made for Prefect's records: {error.strerror}. Set BROADTAPE_SPOOL."
            ) from None
    if quiet:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
