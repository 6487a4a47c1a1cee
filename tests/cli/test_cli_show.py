"""`broadtape show`: one story, its revisions, what was taken out, the page behind it."""

from __future__ import annotations

import json

import pytest
from cli_samples import HOSTILE, RAW_PAGE, SKIPPED, STORY, broadtape, one_sentence

from broadtape.cli import main


def shown(archive: str, capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(["show", "--archive", archive, *args]) == 0
    return capsys.readouterr().out


def test_the_story_with_facts_and_revisions(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(archive, capsys, STORY + "/?utm_source=feed")
    for fact in (
        "paper · Markets",
        "Widget raises it again",
        "Ada Writer, Bo Writer",
        '2026-03-01 12:00 UTC  (json-ld, "Mar 1, 2026 12:00")',
        "NYSE:WDG (text)",
        "Revenue rose 7%.",
        "Cleaning took out 1 line; --removed shows it.",
    ):
        assert fact in told
    assert [line.split()[:2] for line in told.splitlines() if " words " in line] == [["1", "2026-03-01"], ["▸", "2"]]
    assert max(map(len, told.splitlines())) <= 80


def test_an_earlier_revision(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Revenue rose 5%." in shown(archive, capsys, STORY, "--revision", "1")
    assert "Revenue rose 5%." in shown(archive, capsys, STORY, "--as-of", "2026-03-01T14:00")
    assert main(["show", "--archive", archive, STORY, "--revision", "3"]) == 2
    assert "The story has 2 revisions: there is no revision 3." in capsys.readouterr().err


def test_what_changed(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(archive, capsys, STORY, "--diff")
    assert "~ Widget raises [-outlook-]{+it again+}" in told
    assert "~ Revenue rose [-5-]{+7+}%." in told
    assert shown(archive, capsys, STORY, "--diff", "--revision", "2") == told
    assert main(["show", "--archive", archive, STORY, "--diff", "--revision", "1"]) == 2
    assert "there is none before it" in one_sentence(capsys.readouterr().err)
    assert "one revision" in shown(archive, capsys, HOSTILE, "--diff")


def test_for_programs(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(shown(archive, capsys, STORY, "--format", "json"))
    assert (told["text"].splitlines()[2], told["revision"]) == ("Revenue rose 7%.", 2)
    assert [each["title"] for each in told["revisions"]] == ["Widget raises outlook", "Widget raises it again"]
    (change,) = json.loads(shown(archive, capsys, STORY, "--format", "json", "--diff"))["changes"]
    assert ["added", "7"] in [piece for paragraph in change["paragraphs"] for piece in paragraph]
    (removed,) = json.loads(shown(archive, capsys, STORY, "--format", "json", "--removed"))["removed"]
    assert removed == {"line": "Read more", "rule": "read-more"}
    (itself,) = json.loads(shown(archive, capsys, STORY, "--format", "json", "--similar"))["similar"]
    assert itself["site"] == "paper"
    assert main(["show", "--archive", archive, STORY, "--format", "json", "--raw"]) == 2


def test_what_was_taken_out(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert [line.split() for line in shown(archive, capsys, STORY, "--removed").splitlines()] == [
        ["rule", "line"],
        ["read-more", "Read", "more"],
    ]
    assert "took out nothing" in shown(archive, capsys, HOSTILE, "--removed")


def test_the_page_behind_it(archive: str) -> None:
    assert broadtape("show", "--archive", archive, STORY, "--raw").stdout == RAW_PAGE


def test_hostile_text_is_written_out(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(archive, capsys, HOSTILE)
    assert "\\x1b[2JGone \\u202egnp" in told
    assert "\\x9b31mRed\\x07" in told
    assert not any(character in told for character in "\x1b\x9b\x07\u202e")


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        (SKIPPED, 1, f"has no story at {SKIPPED}: last looked at on 2026-03-01 at 14:00 UTC, skipped (robots)."),
        ("https://www.paper.example/nothing", 1, "and no feed or sitemap ever listed that address."),
        ("nonsense", 2, "'nonsense' is no web address"),
    ],
)
def test_no_story_there(archive: str, url: str, status: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--archive", archive, url]) == status
    assert said in one_sentence(capsys.readouterr().err)
