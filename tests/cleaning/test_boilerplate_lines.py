"""Lines that outlets print in a story and below it go, in many languages; sentences that begin like them stay."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
import yaml

from broadtape.cleaning import extract
from broadtape.cleaning.page.head import fold

LINES = yaml.safe_load((Path(__file__).parent / "boilerplate_lines.yaml").read_text("utf-8"))
STORY = (
    "Shares of Tidewater Freight rose 4.2% on Tuesday after the group raised its forecast for the year.",
    "Chief executive Anna Holm told analysts that demand from retailers remained strong in the quarter.",
    "Revenue rose 11% to $1.31 billion in the three months to the end of March, more than analysts expected.",
    "Net profit was $142 million, or $1.12 a share, against $118 million a year earlier, as fuel costs fell.",
    "The group also said that it would buy back shares worth $200 million and keep its dividend unchanged.",
)


def _left(line: str, at: int) -> bool:
    """Whether a line is left in the text of a story that has it as its paragraph `at`."""
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in (*STORY[:at], line, *STORY[at:]))
    story = f"<article><h1>Tidewater Freight lifts forecast</h1>{paragraphs}</article>"
    page = f"<html><head><title>Tidewater Freight lifts forecast</title></head><body>{story}</body></html>"
    article = extract(page, "https://ledger.example/news/tidewater-freight-lifts-forecast")
    assert all(text in article.text for text in STORY)
    left = fold(line) in fold(article.text)
    assert left or any(fold(line).startswith(fold(removed.line)) for removed in article.removed)
    return left


@pytest.mark.parametrize("language", LINES["taken"])
def test_what_is_not_the_storys_is_taken_in_its_middle_and_at_its_end(language: str) -> None:
    lines = LINES["taken"][language]
    assert [line for line in lines if _left(line, 3) or _left(line, len(STORY))] == []


@pytest.mark.parametrize("language", LINES["kept"])
def test_what_begins_like_such_lines_and_is_the_storys_is_kept(language: str) -> None:
    lines = LINES["kept"][language]
    assert [line for line in lines if not _left(line, 3)] == []


ABOUT = [
    "Ada Quill is a reporter who covers freight and shipping for the Ledger from Oslo.",
    "Ledger's Ada Quill is the author of “Cold Water”, a history of the northern ports.",
    "About the author: Ada Quill writes about freight and has done so since 2009.",
    "Ada Quill (@adaquill) is the Ledger's shipping editor. She taught at a school before.",
]


def _signed(*lines: str) -> str:
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in lines)
    head = '<title>Tidewater Freight lifts forecast</title><meta name="author" content="Ada Quill">'
    story = f"<article><h1>Tidewater Freight lifts forecast</h1>{paragraphs}</article>"
    return f"<html><head>{head}</head><body>{story}</body></html>"


@pytest.mark.parametrize("line", ABOUT)
def test_what_is_said_of_the_author_below_a_story_goes(line: str) -> None:
    url = "https://ledger.example/news/tidewater-freight-lifts-forecast"
    article = extract(_signed(*STORY, line), url)
    assert article.text.endswith(STORY[-1])
    assert [removed.rule for removed in article.removed if removed.line == line] == ["author"]


def test_an_author_whom_the_story_speaks_of_is_its_subject() -> None:
    said = "Ada Quill was among those who had bet on a fall of the shares, as she told readers in January."
    bio = "Ada Quill is a reporter who covers freight and shipping for the Ledger from Oslo."
    article = extract(_signed(said, *STORY, bio), "https://ledger.example/news/tidewater-freight-lifts-forecast")
    assert said in article.text
    assert bio in article.text


PLANS = ("Monthly", "$39", "For three months, then $390 a year", "2 to 10 users", "View all plans")
WALL = "This article is exclusive to subscribers of the Ledger"


def test_what_a_wall_below_a_story_sells_goes_with_it() -> None:
    article = extract(_signed(*STORY, WALL, *PLANS), "https://ledger.example/news/tidewater-freight-lifts-forecast")
    assert article.text.endswith(STORY[-1])
    assert {removed.rule for removed in article.removed if removed.line in (WALL, *PLANS)} == {"paywall"}


def test_short_lines_between_a_wall_and_the_rest_of_the_story_stay() -> None:
    lines = (*STORY[:3], WALL, "What comes next", "Two vessels in May", *STORY[3:])
    article = extract(_signed(*lines), "https://ledger.example/news/tidewater-freight-lifts-forecast")
    assert "What comes next" in article.text
    assert "Two vessels in May" in article.text
