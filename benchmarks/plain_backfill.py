"""What a backfill is measured against: every response of a WARC file through trafilatura into JSON lines.

`python -m benchmarks.plain_backfill FILE OUTPUT` is the loop that anyone would write; `… FILE OUTPUT datatrove` is
datatrove's own pipeline, for a Python that has it. Prints how many pages were written, and the seconds it took.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def loop(recording: str, output: str) -> int:
    """Fastwarc's iterator, trafilatura with metadata, one line a page."""
    import trafilatura
    from fastwarc import ArchiveIterator, WarcRecordType

    pages = 0
    with Path(recording).open("rb") as file, Path(output).open("w") as lines:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response):
            url = record.headers["WARC-Target-URI"]
            found = trafilatura.bare_extraction(record.reader.read(), url=url, with_metadata=True)
            if found:
                document = found.as_dict()  # type: ignore[union-attr]
                kept = {name: document[name] for name in ("title", "author", "date", "text")}
                lines.write(json.dumps({"url": url, **kept}) + "\n")
                pages += 1
    return pages


def pipeline(recording: str, output: str) -> int:
    """Datatrove's reader, extractor and writer, one task in this process; it keeps the text alone."""
    import multiprocessing

    from datatrove.executor import LocalPipelineExecutor  # type: ignore[import-not-found]
    from datatrove.pipeline.extractors import Trafilatura  # type: ignore[import-not-found]
    from datatrove.pipeline.readers import WarcReader  # type: ignore[import-not-found]
    from datatrove.pipeline.writers import JsonlWriter  # type: ignore[import-not-found]

    # It extracts in a child, and forks that beside threads: on some machines the child waits for a lock for ever.
    multiprocessing.set_start_method("spawn")
    file = Path(recording)
    LocalPipelineExecutor(
        pipeline=[
            WarcReader(str(file.parent), glob_pattern=file.name),
            Trafilatura(timeout=20),
            JsonlWriter(output, output_filename="pages.jsonl", compression=None),
        ],
        tasks=1,
        workers=1,
        logging_dir=f"{output}-log",
    ).run()
    return len(Path(output, "pages.jsonl").read_bytes().splitlines())


if __name__ == "__main__":
    recording, output, *how = sys.argv[1:]
    began = time.perf_counter()
    pages = pipeline(recording, output) if how else loop(recording, output)
    print(json.dumps({"pages": pages, "seconds": time.perf_counter() - began}))
