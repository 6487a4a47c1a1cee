"""What runs and deployments are called: by their outlets and their time, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cronsim import CronSim
from prefect.runtime import flow_run

from broadtape.errors import BroadtapeError
from broadtape.settings import load_settings
from broadtape.times import utcnow

__all__ = ["cron_in_words", "run_name", "some_of"]

_NAMED = 3
"""Outlets that a name holds; a list shows some forty characters of it."""


def run_name() -> str:
    """The name of the run of `archive_news` that begins: `ecb, nasdaq and 3 more, 30 Nov 14:12`."""
    asked = flow_run.parameters or {}
    at = flow_run.scheduled_start_time or utcnow()
    names = asked.get("sites") or _due(asked.get("cron"), asked.get("config"))
    what = "a recording" if asked.get("replay") else some_of(names) if names else "every enabled outlet"
    return f"{what}, {at.day} {at:%b %H:%M}"


def some_of(names: Sequence[str]) -> str:
    """`ecb, nasdaq, sec and 2 more`."""
    shown, more = list(names)[:_NAMED], len(names) - _NAMED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def cron_in_words(cron: str) -> str:
    """`at minute 12 of every hour`; the cron itself where it has no words. Prefect forbids `/` and `%` in names."""
    words = CronSim(cron, utcnow()).explain() or cron
    return (words[:1].lower() + words[1:]).replace("/", " by ").replace("%", " ")


def _due(cron: str | None, config: str | None) -> list[str]:
    """The outlets of a cron; none where it is not said, or the settings cannot be read: the run will tell."""
    if cron is None:
        return []
    try:
        sites = load_settings(Path(config) if config else None).sites()
    except BroadtapeError:
        return []
    return [site.name for site in sites.values() if site.enabled and site.cron == cron]
