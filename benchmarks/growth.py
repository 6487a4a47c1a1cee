"""How what broadtape costs grows with the archive: the same questions at three sizes, ten times apart.

    python -m benchmarks.growth [--rows 30000,300000,3000000] [--folder .benchmark/growth] [--s3 s3://bucket/prefix]

For each question and size: CPU milliseconds, peak MiB, and by what factor they grew from the size before. A factor near
1 is flat, near 10 linear. The archives are made once and kept; a day of commits and its upkeep are added to a copy.
Each question runs in a process of its own, the least of several repeats counts where asking changes nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
import polars as pl

from benchmarks.grown import grown
from benchmarks.growth_question import QUESTIONS, SITE
from broadtape.archive import Archive
from broadtape.archive.stores.open_store import open_store

_CHANGE = frozenset({"a day of commits"}) | {name for name in QUESTIONS if name.startswith("upkeep")}
_ASKED, _STORIES = 200, 20

Measures = Mapping[str, float]


@click.command()
@click.option("--rows", default="30000,300000,3000000", show_default=True, metavar="N,N,…", help="Ledger rows.")
@click.option("--folder", type=click.Path(path_type=Path), default=".benchmark/growth", show_default=True)
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1))
@click.option("--s3", metavar="URI", help="Ask copies there; AWS_ENDPOINT_URL and the like say where that is.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the figures there, too.")
def main(rows: str, folder: Path, repeats: int, s3: str | None, out: Path | None) -> None:
    """Measure how costs grow with the archive."""
    found = {int(size): dict(_of_size(folder.absolute(), int(size), repeats, s3)) for size in rows.split(",")}
    _show(found)
    if out:
        out.write_text(json.dumps(found, indent=1))


def _of_size(folder: Path, rows: int, repeats: int, s3: str | None) -> Iterator[tuple[str, Measures]]:
    archive = grown(folder, rows)
    known = folder / "known.json"
    known.write_text(json.dumps({"rows": rows, **_newest(archive)}))
    with _copied(archive, folder / "lived", f"{s3}/{rows}" if s3 else None) as lived:
        for name in [*(name for name in QUESTIONS if name.startswith("upkeep")), *QUESTIONS]:
            # Upkeep once before all: what it keeps for those who ask has been kept for years.
            times = 1 if name in _CHANGE else repeats
            yield name, min((_asked(name, lived, known) for _ in range(times)), key=lambda told: told["cpu"])


@contextmanager
def _copied(archive: Archive, folder: Path, s3: str | None) -> Iterator[str]:
    """The address of a copy that may change."""
    shutil.rmtree(folder, ignore_errors=True)
    if s3:
        store = open_store(s3)
        for info in archive.objects.list():
            store.put(info.key, archive.objects.get(info.key))
        yield s3
        store.delete([info.key for info in store.list()])
        return
    shutil.copytree(archive.uri, folder)
    yield str(folder)
    shutil.rmtree(folder)


def _newest(archive: Archive) -> dict[str, list[object]]:
    mine = (pl.col("site") == SITE) & (pl.col("outcome") == "archived")
    newest = archive.tables["captures"].read(
        lambda rows: rows.filter(mine).select("url_id", "article_id", "recorded_at").top_k(_ASKED, by="recorded_at")
    )
    return {"url_ids": newest["url_id"].to_list(), "article_ids": newest["article_id"].head(_STORIES).to_list()}


def _asked(question: str, uri: str, known: Path) -> Measures:
    command = [sys.executable, "-m", "benchmarks.growth_question", question, uri, str(known)]
    # One arena: what threads hold apart for later is not what the question needs.
    environment = {**os.environ, "MALLOC_ARENA_MAX": "2"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{question} ended with status {done.returncode}:\n{done.stderr}")
    told: Measures = json.loads(done.stdout.splitlines()[-1])
    return told


def _show(found: Mapping[int, Mapping[str, Measures]]) -> None:
    sizes = list(found)
    print(f"{'CPU ms, peak MiB; growth from the size before':36}" + "".join(f"{size:>26,}" for size in sizes))
    for name in QUESTIONS:
        cells = []
        for size, before in zip(sizes, [None, *sizes], strict=False):
            told = found[size][name]
            cell = f"{1000 * told['cpu']:9.0f} {told['mib']:6.0f}"
            if before is not None:
                cell += f"  ×{told['cpu'] / found[before][name]['cpu']:4.1f}"
            cells.append(f"{cell:>26}")
        print(f"{name:36}" + "".join(cells))


if __name__ == "__main__":
    main()
