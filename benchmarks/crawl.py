"""What a crawl costs, from download to committed article, and what looking costs when there is nothing new.

In one run and on the same pages of the sample newsroom:

  (a) a plain Scrapy spider that only downloads;
  (b) a plain Scrapy spider with trafilatura in an item pipeline, as anyone would write it;
  (c) `broadtape run` into an empty archive: feeds, robots.txt, WARC, cleaning, identity, MinHash, Delta;
  (d) `broadtape run` over more and more outlets of which none has anything new.

`python -m benchmarks.crawl`, or `make benchmark`. Ratios travel between machines, absolute figures do not.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.measure import Cost, line_through, measured
from benchmarks.newsroom_process import Room, newsroom

_IDLE_STORIES = 2
"""Generated stories that an idle outlet has: what its feed lists and the ledger knows."""
_SERVED = {
    "nginx": "Served by nginx.\n",
    "Python": "Served by Python, which may be the limit of (a): 'apt install nginx-light' has nginx do it.\n",
}
_OWN_OUTLETS = 4
"""Outlets that every newsroom has."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """What it took to deal with all pages, and with none."""

    name: str
    cost: Cost
    idle: Cost

    def figures(self) -> tuple[float, float, float, float]:
        """Pages/s of the whole process and without start-up; CPU ms a page, and beyond what no page costs."""
        pages, cost = self.cost.pages, self.cost
        return pages / cost.wall, pages / cost.own, 1000 * cost.cpu / pages, 1000 * (cost.cpu - self.idle.cpu) / pages


@click.command()
@click.option("--stories", default=600, show_default=True, type=click.IntRange(1), help="Generated pages to crawl.")
@click.option("--page-bytes", default=150_000, show_default=True, type=click.IntRange(0), help="Size of such a page.")
@click.option(
    "--outlets",
    default="4,20,49",
    show_default=True,
    metavar="K,K,…",
    help="How many outlets the idle runs look at; empty leaves them out.",
)
@click.option(
    "--repeats", default=2, show_default=True, type=click.IntRange(1), help="Idle runs of each; least counts."
)
def main(stories: int, page_bytes: int, outlets: str, repeats: int) -> None:
    """Measure throughput against plain Scrapy with trafilatura, and the price of an idle run."""
    _throughput(stories, page_bytes)
    counts = sorted({int(count) for count in outlets.split(",") if count.strip()})
    if counts:
        _idle(counts, repeats)


def _throughput(stories: int, page_bytes: int) -> None:
    with newsroom(stories=stories, page_bytes=page_bytes) as room, tempfile.TemporaryDirectory() as folder:
        everything, nothing, items = (str(Path(folder, name)) for name in ("all.json", "none.json", "items.jsonl"))
        Path(everything).write_text(json.dumps(room.urls))
        Path(nothing).write_text("[]")
        plain = "benchmarks.plain_scrapy"
        contestants = [
            Contestant("(a) Scrapy, download only", measured(plain, everything), idle := measured(plain, nothing)),
            Contestant("(b) Scrapy, trafilatura in a pipeline", measured(plain, everything, items), idle),
            Contestant("(c) broadtape run, empty to committed", _run(room), _run(room)),
        ]
        for each in contestants:
            if each.cost.pages != len(room.urls) or each.idle.pages:
                raise SystemExit(f"{each.name}: {each.cost.pages} pages, then {each.idle.pages}: not the same work.")
    print(f"{len(room.urls)} pages, {stories} of them of {page_bytes:,} bytes; {os.cpu_count()} cores")
    print(_SERVED[room.server])
    _print_throughput(contestants, base=contestants[1])
    print()


def _run(room: Room, sites: Sequence[str] = ()) -> Cost:
    return measured("benchmarks.whole_run", str(room.config), str(room.folder / "archive"), *sites)


def _print_throughput(contestants: Sequence[Contestant], base: Contestant) -> None:
    headings = ("pages/s, whole", "without start-up", "CPU ms/page", "beyond start-up")
    print(" " * 38 + "".join(f"{heading:>17} ÷(b)" for heading in headings))
    for each in contestants:
        pairs = zip(each.figures(), base.figures(), strict=True)
        print(f"{each.name:<38}" + "".join(f"{ours:>17.1f}{ours / theirs:5.2f}" for ours, theirs in pairs))


def _idle(counts: Sequence[int], repeats: int) -> None:
    most = max(*counts, _OWN_OUTLETS)
    with newsroom(stories=most * _IDLE_STORIES, page_bytes=0, outlets=most) as room:
        _run(room)
        costs = {k: min((_run(room, room.outlets[:k]) for _ in range(repeats)), key=lambda c: c.cpu) for k in counts}
    print(f"(d) a run in which nothing is new\n{'outlets':>7}  {'CPU s':>6}  {'wall s':>6}  {'without start-up':>16}")
    for count, cost in costs.items():
        if cost.pages:
            raise SystemExit(f"The idle run over {count} outlets archived {cost.pages} articles: it was not idle.")
        print(f"{count:>7}  {cost.cpu:6.2f}  {cost.wall:6.1f}  {cost.own:16.1f}")
    if len(costs) > 1:
        fixed, each = line_through([(count, cost.cpu) for count, cost in costs.items()])
        print(f"fixed part {fixed:.2f} CPU s, each outlet {each:.3f} CPU s")


if __name__ == "__main__":
    main()
