"""`broadtape alerts`: does an alert arrive?"""

from __future__ import annotations

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.errors import BroadtapeError, UsageError
from broadtape.times import iso, utcnow

__all__ = ["alerts"]


@click.command(epilog="Example: BROADTAPE_ALERTS__WEBHOOK=https://hooks.example.com/… broadtape alerts")
@pass_invocation
def alerts(invocation: Invocation, /) -> None:
    """Send a test alert to every receiver of [alerts] in the settings.

    The exit status is 1 when one of them could not be told. The heartbeat's address is not asked for: it counts runs.
    """
    from broadtape.alerts.message import Alert
    from broadtape.alerts.receivers import AlertFailed, receivers

    settings = invocation.settings
    told = receivers(settings.alerts)
    if not told:
        raise UsageError(f"No receiver is set: see [alerts] in {settings.config / 'broadtape.toml'}.")
    failures = []
    for name, tell in told.items():
        try:
            tell(Alert("test", iso(utcnow()), settings.archive))
            click.echo(f"{name}: told.")
        except AlertFailed as error:
            failures.append(str(error))
    if failures:
        raise BroadtapeError(f"{'; '.join(failures)}.")
