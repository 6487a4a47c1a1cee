"""What grows in a year of hourly runs over 49 outlets, and how fast.

    python -m benchmarks.year [--days 365] [--outlets 49] [--store folder|s3] [--json FILE] [--without-prefect]

Every hour of a simulated clock one run takes the leases of all outlets, commits a ledger row for each poll and a few
tiny stories, keeps the outlets' states and gives the leases back; every day ends with upkeep of the tables. The archive
is weighed six times on the way, each time after upkeep and with twice as many days behind it, so that a factor of two
between neighbours is linear, and of one is flat; what is found is kept in FILE each time. On two cores that do nothing
else a year takes half an hour. `--store s3` runs against moto's server on loopback and counts the
requests it gets. Prefect's database is measured by itself, with real runs on a server with SQLite.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.year.hours import Clock, age, hour, names
from benchmarks.year.places import place
from benchmarks.year.weights import cpu, weigh
from broadtape.archive import Archive
from broadtape.archive.lifecycle.compaction import maintain

_WEIGHED = (32, 16, 8, 4, 2, 1)
"""Parts of the whole time."""
_TOLD = ("begin a run, ms", "a run, ms", "upkeep, ms", "status, ms")


def main() -> None:
    """Runs the year and prints what it left."""
    options = _options()
    looks: dict[int, dict[str, float]] = {}
    with place(options.store) as (uri, requests):
        # In the past for good: what goes for its age by the stores' own clocks is then gone at every look alike.
        clock = Clock(datetime.now(UTC) - timedelta(days=options.days + 3))
        archive = Archive.open(f"{uri}/year", create=True, clock=clock)
        began = time.perf_counter()
        _live(archive, clock, options, looks)
        report: dict[str, Any] = {
            "days": options.days,
            "outlets": options.outlets,
            "store": options.store,
            "minutes": (time.perf_counter() - began) / 60,
            "looks": looks,
            "requests": dict(requests),
        }
    if not options.without_prefect:
        from benchmarks.year.prefect_database import measure_prefect

        report["prefect"] = measure_prefect(options.outlets)
    _show(report)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))


def _live(archive: Archive, clock: Clock, options: argparse.Namespace, looks: dict[int, dict[str, float]]) -> None:
    start, sites, randomly = clock.now, names(options.outlets), random.Random(1)
    weighed = {max(1, options.days // part) for part in _WEIGHED}
    for day in range(1, options.days + 1):
        hours = 0.0
        for each in range(24):
            clock.now = start + timedelta(days=day - 1, hours=each)
            hours += cpu(lambda: hour(archive, sites, randomly))
        if archive.uri.startswith("/"):
            age(Path(archive.uri))
        upkeep = cpu(lambda: maintain(archive, run=f"{clock.now:%Y%m%dT%H%M%SZ}"))
        if day in weighed:
            looks[day] = weigh(archive, sites) | {"a run, ms": 1000 * hours / 24, "upkeep, ms": 1000 * upkeep}
            told = ", ".join(f"{what} {looks[day][what]:,.0f}" for what in _TOLD)
            print(f"day {day}: {told}", flush=True)
            if options.json:  # a year is long, and may be ended before it is over
                options.json.write_text(json.dumps({"outlets": options.outlets, "looks": looks}, indent=1))


def _show(report: dict[str, Any]) -> None:
    looks: dict[int, dict[str, float]] = report["looks"]
    last, half = max(looks), sorted(looks)[-2] if len(looks) > 1 else max(looks)
    print(f"{report['outlets']} outlets, hourly, {report['store']}; {report['minutes']:.0f} minutes")
    print(f"{'after days':28}", *(f"{day:>13,}" for day in looks), f"{'last / before':>14}")
    for what in looks[last]:
        factor = looks[last][what] / looks[half][what] if looks[half][what] else 1.0
        print(f"{what:28}", *(f"{look[what]:>13,.0f}" for look in looks.values()), f"{factor:>14.2f}")
    for kind, count in sorted(report["requests"].items()):
        print(f"{kind:28} {count:>9,} requests, {count / report['days'] / 24:7.1f} a run")
    for line in report.get("prefect", ()):
        print(line)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--outlets", type=int, default=49)
    parser.add_argument("--store", choices=("folder", "s3"), default="folder")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--without-prefect", action="store_true", help="Leave Prefect's database out.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
