"""Articles as files: every format holds what the frames held, in pieces that come as the frames do."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import polars as pl
import pytest

from broadtape.article.formats import ENCODERS

WHEN = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)


def frame(first: int, count: int) -> pl.DataFrame:
    rows = [
        {"n": n, "title": f'Zürich, "{n}"\n', "at": WHEN, "tags": ["a", "b"], "hash": b"\x00\xff"}
        for n in range(first, first + count)
    ]
    return pl.DataFrame(rows)


def test_json_lines() -> None:
    lines = b"".join(ENCODERS["jsonl"]([frame(0, 2), frame(2, 1)])).decode().splitlines()
    assert [json.loads(line)["n"] for line in lines] == [0, 1, 2]
    assert json.loads(lines[0]) == {
        "n": 0,
        "title": 'Zürich, "0"\n',
        "at": "2026-03-01T12:00:00.000005Z",
        "tags": ["a", "b"],
        "hash": "00ff",
    }


def test_csv_has_one_heading() -> None:
    text = b"".join(ENCODERS["csv"]([frame(0, 2), frame(2, 1)])).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["n"], row["title"], row["tags"]) for row in rows] == [
        (str(n), f'Zürich, "{n}"\n', '["a", "b"]') for n in range(3)
    ]


def test_parquet_is_read_back() -> None:
    whole = b"".join(ENCODERS["parquet"]([frame(0, 2), frame(2, 1)]))
    assert pl.read_parquet(io.BytesIO(whole)).equals(frame(0, 3))


@pytest.mark.parametrize("form", ENCODERS)
def test_a_piece_comes_before_the_next_frame_is_asked_for(form: str) -> None:
    asked = 0

    def frames() -> Iterator[pl.DataFrame]:
        nonlocal asked
        for number in range(3):
            asked += 1
            yield frame(number, 1)

    pieces = ENCODERS[form](frames())
    assert next(pieces)
    assert asked == 1


def test_pieces_stay_small() -> None:
    pieces = list(ENCODERS["jsonl"]([frame(0, 20_000)]))
    assert max(map(len, pieces)) < 70_000


@pytest.mark.parametrize(("form", "holds"), [("jsonl", b""), ("csv", b"n,title,at,tags,hash\n")])
def test_of_nothing_the_columns_are_told(form: str, holds: bytes) -> None:
    assert b"".join(ENCODERS[form]([frame(0, 1).clear()])) == holds


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\r="])
def test_a_spreadsheet_runs_nothing_of_what_was_crawled(start: str) -> None:
    title = f'{start}HYPERLINK("https://evil.example")\x1b[31m'
    made = pl.DataFrame({"title": [title], "change": [-1.5], "plain": ["a = b"]})
    rows = {
        form: next(csv.DictReader(io.StringIO(b"".join(ENCODERS[form]([made])).decode(), newline="")))
        for form in ("csv", "spreadsheet")
    }
    assert rows["csv"]["title"] == title, "as it is, for programs"
    assert rows["spreadsheet"]["title"] == "'" + title.replace("\x1b", "\ufffd")
    assert (rows["spreadsheet"]["change"], rows["spreadsheet"]["plain"]) == ("-1.5", "a = b")
