"""`broadtape clean`: pages and scraped text, from a file or standard input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_samples import PAGE, PARAGRAPHS, REPO, SITE, broadtape, one_sentence

from broadtape.cli import main
from broadtape.cli.clean import looks_like_html

SEED = REPO.parent / "shared" / "seed"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "sites").mkdir(parents=True)
    (folder / "broadtape.toml").write_text("")
    (folder / "sites" / "paper.yaml").write_text(SITE)
    return folder


def test_a_page_from_standard_input() -> None:
    done = broadtape("clean", "-", stdin=PAGE.encode())
    assert done.stdout.decode() == "\n\n".join(PARAGRAPHS) + "\n"
    assert (done.returncode, done.stderr) == (0, b"")


def test_json_tells_what_the_page_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    assert main(["clean", str(tmp_path / "page.html"), "--format", "json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["url"], facts["title"]) == ("https://www.paper.example/markets/widget", "Widget raises outlook")
    assert facts["published_at"] == "2026-03-01T12:00:00Z"
    assert facts["text"].split("\n\n") == PARAGRAPHS
    assert "archived_at" not in facts


@pytest.mark.parametrize("how", [[], ["--site", "paper"], ["--url", "https://www.paper.example/other"]])
def test_the_outlets_rules_are_found(
    how: list[str], config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    command = ["clean", "--config", str(config), str(tmp_path / "page.html"), *how, "--format", "json"]
    assert main(command) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["text"].split("\n\n") == PARAGRAPHS[:2]
    assert {"line": PARAGRAPHS[2], "rule": "paper-shares"} in facts["removed"]


def test_scraped_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scraped.txt").write_text("\n".join([PARAGRAPHS[0], "Advertisement", *PARAGRAPHS[1:]]))
    assert main(["clean", str(tmp_path / "scraped.txt"), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["text"].split("\n\n") == PARAGRAPHS
    assert [line["line"] for line in told["removed"]] == ["Advertisement"]


def test_hostile_text_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "scraped.txt").write_text(PARAGRAPHS[0] + " \x1b[2J\x9b \u202e")
    assert main(["clean", str(tmp_path / "scraped.txt")]) == 0
    assert "\\x1b[2J\\x9b \\u202e" in capsys.readouterr().out


def test_a_page_that_does_not_say_where_it_lay() -> None:
    page = PAGE.replace('<link rel="canonical" href="https://www.paper.example/markets/widget">', "")
    facts = json.loads(broadtape("clean", "-", "--format", "json", stdin=page.encode()).stdout)
    assert (facts["url"], facts["title"]) == (None, "Widget raises outlook")


def test_what_is_markup() -> None:
    assert looks_like_html(PAGE.encode())
    assert looks_like_html(PAGE.encode("utf-16"))
    assert looks_like_html(b"<p>One</p><p>Two</p><p>Three</p>")
    assert not looks_like_html(b"The tag <p> opens a paragraph, 3 < 4, and <hedge> is no tag.")


@pytest.mark.parametrize(
    ("args", "stdin", "status", "said"),
    [
        (["-"], b"<html><body><p></p></body></html>", 1, "not an article: "),
        (["-", "--site", "papper"], b"text", 2, "There is no outlet 'papper'. Did you mean 'paper'?"),
        (["/no/such/file"], b"", 2, "No such file or directory"),
    ],
)
def test_what_cannot_be_cleaned(config: Path, args: list[str], stdin: bytes, status: int, said: str) -> None:
    done = broadtape("--config", str(config), "clean", *args, stdin=stdin)
    assert done.returncode == status
    assert said in one_sentence(done.stderr)
    assert done.stdout == b""


@pytest.mark.shared
@pytest.mark.skipif(not SEED.is_dir(), reason="the example the project started from is not beside the checkout")
@pytest.mark.parametrize("name", ["page.html", "scraped.txt"])
def test_the_example_the_project_started_from(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clean", str(SEED / name)]) == 0
    expected = json.loads((SEED / "expected.json").read_text())
    assert capsys.readouterr().out.rstrip("\n").split("\n\n") == expected["body"]
