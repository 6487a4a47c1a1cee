"""What `broadtape run` does, told in numbers: `python -m benchmarks.whole_run CONFIG [ARCHIVE [SITE…]]`.

Prints how many articles were archived, and the seconds from the run's beginning to its end, Prefect's start-up not
among them. Without an archive Prefect's server is started and ended, which makes its database where there is none.

Like the command's own entry point it imports next to nothing at its top: each worker process imports that again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def run(config: str, archive: str, sites: list[str]) -> dict[str, float]:
    """Runs the flow as the command does; its report's sums."""
    from broadtape.cli.common.run_flow import run_flow
    from broadtape.cli.common.screen import Screen
    from broadtape.settings import load_settings
    from broadtape.times import parse_time

    order = {"sites": sites or None, "archive": archive, "config": config, "force": True}
    report = run_flow(load_settings(Path(config)), "archive_news", order, Screen())
    seconds = (parse_time(report["ended_at"]) - parse_time(report["started_at"])).total_seconds()
    return {"pages": sum(outlet["archived"] for outlet in report["outlets"].values()), "seconds": seconds}


def start_only(config: str) -> dict[str, float]:
    """Brings Prefect's server up and down again."""
    from broadtape.prefect_server.connection import connected
    from broadtape.prefect_server.environment import prepare_prefect
    from broadtape.settings import load_settings

    prepare_prefect(load_settings(Path(config)), quiet=True)
    with connected() as wait:
        wait()
    return {"pages": 0, "seconds": 0}


if __name__ == "__main__":
    config, *rest = sys.argv[1:]
    print(json.dumps(run(config, rest[0], rest[1:]) if rest else start_only(config)))
