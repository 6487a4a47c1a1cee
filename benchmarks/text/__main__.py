"""Text quality and speed beside trafilatura's, in one run on the same pages.

    python -m benchmarks.text [--sets finance,general,web,chunks] [--part tuned|aside|all] [--every N] [--worst N]
    python -m benchmarks.text --show ID     one page: what its truth holds and we do not, and the other way round
    python -m benchmarks.text --losses      the rules, by how many wanted sentences they take

Needs the real pages kept beside the checkout (`../shared/pages`, see there for where they come from). Each set is
parted by publisher: rules are tuned on two thirds, and the third set aside says whether they hold elsewhere. Every page
is cleaned by each contender in turn, so that a busy machine slows all of them alike; CPU seconds are counted, the least
of `--rounds`. Where `../shared/score` and its Python packages (numpy, nltk) are at hand, the texts are scored as well.
"""

from __future__ import annotations

import argparse
import logging
import statistics
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from rich.console import Console
from rich.table import Table

from benchmarks.text.lines import losses, lost, surplus
from benchmarks.text.pages import SETS, SHARED, Sample, samples
from benchmarks.text.race import BASE, CONTENDERS, OURS, Row, race
from benchmarks.text.scores import score

_TEXT = {"F1": "f1", "P": "precision", "R": "recall", "< 90": "below_90"}
_PIECES = {"wanted": "wanted", "leaked": "leaked"}
_EXAMPLES = 4
_FACTS = {"title": "title", "authors": "authors", "day": "day right", "wrong": "wrong", "none": "not given"}


def table(name: str, pages: Sequence[Sample], found: dict[str, list[Row]]) -> tuple[Table, list[str]]:
    """A set's table, each part apart (quality where it can be scored, speed, its ratio to trafilatura's default), and
    our pages, worst first."""
    parts = {part: [i for i, page in enumerate(pages) if page.part == part] for part in ("tuned", "aside")}
    columns = (_PIECES if "with" in pages[0].truth else _TEXT) | _FACTS
    shown = Table(title=name)
    for column in ("", "part", "pages", *columns, "pages/CPU s", "ms, median", "ratio"):
        shown.add_column(column, justify="left" if column in ("", "part") else "right")
    listed: list[str] = []
    for part, chosen in parts.items():
        for contender, every in found.items() if chosen else ():
            rows = [every[i] for i in chosen]
            figures, lines = score([pages[i] for i in chosen], rows)
            listed += lines.values() if contender == OURS else ()
            quality = [f"{figures[key]:.1f}" if key in figures else "–" for key in columns.values()]
            base = [found[BASE][i] for i in chosen] if BASE in found else None
            shown.add_row(contender, part, str(len(rows)), *quality, *_speed(rows, base))
    return shown, listed


def _speed(rows: Sequence[Row], base: Sequence[Row] | None) -> tuple[str, str, str]:
    total, median = sum(row["seconds"] for row in rows), statistics.median(row["seconds"] for row in rows)
    ratio = f"{sum(row['seconds'] for row in base) / total:.2f}" if base else "–"
    return f"{len(rows) / total:.1f}", f"{1000 * median:.1f}", ratio


def show_page(console: Console, page: Sample) -> None:
    """One page: the wanted sentences that ours lacks, each with the rule that took it, and what ours has too many."""
    console.print(f"{page.id}  {page.url}  ({page.part})", highlight=False)
    for each in lost(page):
        console.print(f"- [{each.rule}] {each.sentence}", markup=False, highlight=False)
    for line in surplus(page):
        console.print(f"+ {line}", markup=False, highlight=False)


def show_losses(console: Console, pages: Iterable[Sample]) -> None:
    """The rules, the one that takes most wanted sentences first, each with the first sentences it took."""
    for rule, count, on, taken in losses(pages):
        console.print(f"{rule}: {count} wanted sentences on {on} pages", highlight=False)
        for each in taken[:_EXAMPLES]:
            console.print(f"    {each.page}: {each.sentence[:120]}", markup=False, highlight=False)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--part", default="tuned", choices=("tuned", "aside", "all"))
    parser.add_argument("--every", type=int, default=1, help="take every Nth page")
    parser.add_argument("--rounds", type=int, default=2, help="clean each page so often; the fastest counts")
    parser.add_argument("--worst", type=int, default=10, help="list the pages of ours with the lowest score")
    parser.add_argument("--alone", action="store_true", help="ours only, without trafilatura")
    parser.add_argument("--show", metavar="ID", help="one page: what ours lacks, and what it has too many")
    parser.add_argument("--losses", action="store_true", help="list rules by the wanted sentences that they take")
    return parser.parse_args()


def main() -> None:
    options = _options()
    if not (SHARED / "pages").is_dir():
        raise SystemExit(f"The pages to measure on are not there: {SHARED / 'pages'}.")
    logging.disable(logging.ERROR)
    console = Console(width=180, soft_wrap=True)
    sets = options.sets.split(",")
    if options.show:
        show_page(console, next(page for name in sets for page in samples(name) if page.id == options.show))
        return
    if options.losses:
        show_losses(console, chain.from_iterable(samples(name, options.part, options.every) for name in sets))
        return
    contenders = [OURS] if options.alone else list(CONTENDERS)
    for name in sets:
        race(islice(samples(name), 3), contenders, 1)  # what is compiled and loaded once is nobody's time
        pages = list(samples(name, options.part, options.every))
        shown, listed = table(name, pages, race(pages, contenders, options.rounds))
        console.print(shown)
        console.print("\n".join(listed[: options.worst]), highlight=False)
        if not listed:
            console.print("Not scored: ../shared/score with numpy and nltk is not at hand.")


if __name__ == "__main__":
    main()
