"""What `broadtape backfill` does, without a scheduler: `python -m benchmarks.whole_backfill CONFIG ARCHIVE FILE…`.

Prints how many texts were archived, the seconds it took, and the CPU seconds of this process, its workers left out.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main(config: str, archive: str, files: list[str]) -> dict[str, float]:
    """One backfill from its first step to its last."""
    from broadtape.jobs.backfill import backfill

    began, used = time.perf_counter(), time.process_time()
    report = backfill(files, archive=archive, config=config)
    pages = sum(outlet.archived for outlet in report.outlets.values())
    return {"pages": pages, "seconds": time.perf_counter() - began, "main": time.process_time() - used}


if __name__ == "__main__":
    config, archive, *files = sys.argv[1:]
    os.environ["BROADTAPE_SPOOL"] = f"{archive}-spool"
    print(json.dumps(main(config, archive, files)))
