"""More outlets, by the number, for measuring what an outlet costs: small gazettes that carry generated stories only."""

from __future__ import annotations

from datetime import timedelta

import yaml

from examples.newsroom.outlet import Outlet

__all__ = ["gazette", "site_file"]

_FIRST_PLACE = 10


def gazette(number: int) -> Outlet:
    """The gazette of that number, counted from 1: it publishes by RSS and has no traps."""
    return Outlet(
        name=f"gazette-{number:02}",
        title=f"The Gazette of District {number}",
        tagline="Prices, notices and arrivals",
        place=_FIRST_PLACE + number,
        template="harbour-ledger",
        utc_offset=timedelta(),
        zone="GMT",
        listing="rss",
        sections=("Companies", "Markets"),
        robots="User-agent: *\nDisallow: /members/",
    )


def site_file(outlet: Outlet, base: str) -> str:
    """The gazette's file for `config/sites/`."""
    values = {
        "title": outlet.title,
        "homepage": f"{base}/",
        "hosts": [base.removeprefix("http://")],
        "network": "private",
        "enabled": True,
        "feeds": [f"{base}/feed"],
        "article_patterns": [r"/\d{4}/\d{2}/\d{2}/companies/[a-z0-9-]+"],
        "cron": "*/10 * * * *",
        "max_pages_per_run": 60,
        "delay": 0.05,
    }
    return yaml.safe_dump(values, sort_keys=False)
