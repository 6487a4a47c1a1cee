"""`broadtape rules`: learn and show. Taking back starts a run and is tested with the flows."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cli_samples import SITE, START, one_sentence

from broadtape.archive import Archive
from broadtape.article import Article
from broadtape.cli import main
from broadtape.learning.learn import take_back
from broadtape.urls import article_id

NOTICE = "Nothing on these pages is a recommendation to buy or to sell."
NO_COMMENT = "The company did not respond to a request for comment."
NAMES = "Alder Birch Cobalt Dunmore Ember Fallow Garnet Harrow Inver Juniper Kestrel Larch".split()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "sites").mkdir(parents=True)
    (folder / "broadtape.toml").write_text(f'archive = "{tmp_path / "archive"}"\n')
    (folder / "sites" / "paper.yaml").write_text(SITE)
    return folder


@pytest.fixture
def learnable(tmp_path: Path) -> Archive:
    """An archive of twelve stories that end alike."""
    now = START + timedelta(days=20)
    archive = Archive.open(str(tmp_path / "archive"), create=True, clock=lambda: now)
    with archive.lease("paper", run="r") as lease:
        archive.commit(articles=[_story(n) for n in range(12)], captures=[], leases=[lease])
    return archive


def _story(number: int) -> Article:
    url = f"https://www.paper.example/markets/{number}"
    end = NOTICE if number % 2 else NO_COMMENT
    return Article(
        url=url,
        title=f"{NAMES[number]} counts its loads for the {number}th time",
        text=f"{NAMES[number]} sold {number}{number} loads in the week, it told its owners.\n\n{end}",
        article_id=article_id("paper", url),
        site="paper",
        published_at=START + timedelta(days=number),
        fetched_at=START + timedelta(days=number),
        extractor="broadtape-0.1.0/0000",
    )


def rules(config: Path, *args: str) -> int:
    return main(["--config", str(config), "rules", *args])


def test_learn_and_show(config: Path, learnable: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    since = f"{START:%Y-%m-%d}"
    assert rules(config, "learn", "--dry-run", "--since", since) == 0
    told = capsys.readouterr().out
    assert "paper: 1 would be learnt from 12 texts; 0 in force." in told
    assert "left alone, 6 stories: it reports" in told
    assert learnable.rules.in_force("paper") is None

    assert rules(config, "learn", "paper", "--since", since) == 0
    assert "paper: 1 learnt from 12 texts; 1 in force." in capsys.readouterr().out
    assert rules(config, "learn", "--since", since) == 0
    assert "paper: 0 learnt from 12 texts; 1 in force." in capsys.readouterr().out

    assert rules(config, "show") == 0
    told = capsys.readouterr().out
    assert NOTICE in told
    assert "on 6 of 12 stories, 6 days, 2026-03-02 to 2026-03-12; evidence: margin" in told
    assert rules(config, "show", "paper", "--format", "jsonl") == 0
    (rule,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (rule["site"], rule["pattern"], rule["count"]) == ("paper", NOTICE, 6)


def test_what_was_taken_back_is_learnt_again_once_it_may_be(
    config: Path, learnable: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    since = f"{START:%Y-%m-%d}"
    assert rules(config, "learn", "paper", "--since", since) == 0
    (name,) = take_back(learnable, "paper", [])
    capsys.readouterr()
    assert rules(config, "show") == 0
    told = f"No learnt rule is in force.\npaper: taken back, and not learnt again: {name}\n"
    assert capsys.readouterr().out == told
    assert rules(config, "learn", "paper", "--since", since) == 0
    assert learnable.rules.in_force("paper") is None

    assert rules(config, "allow", "paper", name, "learnt:00000000") == 2
    assert one_sentence(capsys.readouterr().err)
    assert rules(config, "allow", "paper", name, "--reason", "it was right") == 0
    assert capsys.readouterr().out == f"May be learnt again: {name}.\n"
    assert rules(config, "learn", "paper", "--since", since) == 0
    held = learnable.rules.in_force("paper")
    assert held is not None
    assert [rule.name for rule in held.rules] == [name]


def test_an_outlet_that_is_being_written_is_left_out(
    config: Path, learnable: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    with Archive.open(learnable.uri).lease("paper", run="other"):
        assert rules(config, "learn") == 3
    told = capsys.readouterr()
    assert "paper was left out: " in told.out
    assert "1 outlet was left out, for another run is writing there: paper." in told.err
    assert learnable.rules.in_force("paper") is None


def test_before_anything_is_archived(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Archive.open(str(tmp_path / "archive"), create=True)
    assert rules(config, "learn") == 0
    assert "there is nothing to learn from" in capsys.readouterr().out
    assert rules(config, "show") == 0
    assert capsys.readouterr().out == "No learnt rule is in force.\n"


@pytest.mark.parametrize("call", [("learn", "papre"), ("show", "papre"), ("learn", "--since", "soon")])
def test_wrong_calls(
    config: Path, learnable: Archive, call: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert rules(config, *call) == 2
    assert capsys.readouterr().err


def test_where_no_archive_is(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(config, "learn") == 1
    assert one_sentence(capsys.readouterr().err)
