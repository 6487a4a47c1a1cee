"""What a backfill costs, beside the loop that anyone would write and datatrove's own pipeline, on the same recording.

  (a) fastwarc's iterator, trafilatura with metadata, JSON lines: no look-ups, no records kept, nothing is found again;
  (b) datatrove's WarcReader, Trafilatura and JsonlWriter, which keep the text alone, where `--datatrove` names a Python
      that has them (`python -m venv V && V/bin/pip install 'datatrove[io,processing]' fastwarc trafilatura
      lxml_html_clean`: its pins are not ours);
  (c) `broadtape backfill`, from an empty archive to committed articles;
  (d) the same again: everything is looked up, nothing is new;
  (e) recordings of which five records in six are other people's.

`python -m benchmarks.backfill`, or `make benchmark-backfill`. Ratios travel between machines, absolute figures do not.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.measure import Cost, measured
from benchmarks.newsroom_process import newsroom
from benchmarks.recording import record

_FOREIGN = 5
"""Other people's records for each of ours."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one contestant took over how many records."""

    name: str
    records: int
    cost: Cost

    def line(self, base: Figure) -> str:
        """Its line of the table; `base` is what it is compared with."""
        each, theirs = 1000 * self.cost.cpu / self.records, 1000 * base.cost.cpu / base.records
        return f"{self.name:<46}{self.records / self.cost.cpu:>12.1f}{each:>10.1f}{theirs / each:>8.2f}"


@click.command()
@click.option("--stories", default=600, show_default=True, type=click.IntRange(1), help="Generated pages.")
@click.option("--page-bytes", default=100_000, show_default=True, type=click.IntRange(0), help="Size of such a page.")
@click.option("--datatrove", type=click.Path(exists=True), help="A Python that has datatrove.")
def main(stories: int, page_bytes: int, datatrove: str | None) -> None:
    """Measure pages a core-second of `backfill` against a plain loop and datatrove."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own, mixed = folder / "own.warc.gz", folder / "mixed.warc.gz"
        # The newsroom's process ends before anything is measured: it would be counted with somebody.
        with newsroom(stories=stories, page_bytes=page_bytes) as room:
            record(room.urls, own)
            record(room.urls, mixed, foreign=_FOREIGN)
            shutil.copytree(room.config, folder / "config")
            pages = len(room.urls)
        figures = _figures(pages, own, mixed, folder, datatrove)
    print(f"{pages} pages, {stories} of them of {page_bytes:,} bytes; {os.cpu_count()} cores\n")
    print(f"{'':<46}{'records/CPU s':>12}{'ms each':>10}{'÷(a)':>8}")
    for figure in figures:
        print(figure.line(figures[0]))


def _figures(pages: int, own: Path, mixed: Path, folder: Path, datatrove: str | None) -> list[Figure]:
    def ours(archive: str, recording: Path) -> Cost:
        return measured("benchmarks.whole_backfill", str(folder / "config"), str(folder / archive), str(recording))

    loop = measured("benchmarks.plain_backfill", str(own), str(folder / "loop.jsonl"))
    figures = [Figure("(a) fastwarc and trafilatura", pages, loop)]
    if datatrove:
        figures.append(Figure("(b) datatrove, text alone", pages, _datatrove(datatrove, own, folder)))
    return [
        *figures,
        Figure("(c) backfill, empty to committed", pages, ours("a", own)),
        Figure("(d) backfill again, nothing new", pages, ours("a", own)),
        Figure("(e) backfill, 5 of 6 records other people's", pages * (1 + _FOREIGN), ours("b", mixed)),
    ]


def _datatrove(python: str, recording: Path, folder: Path) -> Cost:
    script = Path(__file__).with_name("plain_backfill.py")
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [python, str(script), str(recording), str(folder / "datatrove"), "datatrove"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"datatrove ended with status {done.returncode}:\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout.splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(told["pages"], time.perf_counter() - began, told["seconds"], cpu)


if __name__ == "__main__":
    main()
