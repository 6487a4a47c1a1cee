"""`python -m spiders JOB.json`: does one crawl, telling its parent about it on standard output."""

from __future__ import annotations

import sys
from pathlib import Path

from broadtape.crawl.events import End
from broadtape.crawl.job import Job
from broadtape.errors import BroadtapeError


def main(arguments: list[str]) -> int:
    """Exit status: 0 done, even if single outlets failed; 1 the crawl could not do its work; 2 a wrong call."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m spiders JOB.json\n")
        return 2
    try:
        job = Job.load(Path(arguments[0]))
    except BroadtapeError as error:
        from spiders.crawl_context import print_event

        print_event(End(error=str(error)))
        return error.exit_status
    from spiders.crawl import crawl  # a wrong job is told without loading Scrapy

    return crawl(job)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
