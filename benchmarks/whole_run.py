"""What `broadtape run` does, told in numbers: `python -m benchmarks.whole_run CONFIG ARCHIVE [SITE…]`.

Prints how many articles were archived, and the seconds from the run's beginning to its end.

Like the command's own entry point it imports next to nothing at its top: each worker process imports that again.
"""

from __future__ import annotations

import json
import sys


def run(config: str, archive: str, sites: list[str]) -> dict[str, float]:
    """Runs the job as the command does where no Prefect server answers; its report's sums."""
    from broadtape.cli.common.screen import Screen
    from broadtape.jobs.archive_news import archive_news
    from broadtape.jobs.crawling.order import Order

    report = archive_news(Order(sites=tuple(sites), archive=archive, config=config, force=True), watch=Screen())
    assert report.ended_at
    seconds = (report.ended_at - report.started_at).total_seconds()
    return {"pages": sum(outlet.archived for outlet in report.outlets.values()), "seconds": seconds}


if __name__ == "__main__":
    config, archive, *sites = sys.argv[1:]
    print(json.dumps(run(config, archive, sites)))
