"""`broadtape sites`: list, show, check, try."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from cli_samples import PAGE, PARAGRAPHS, SITE, START, STORY, one_sentence

from broadtape.archive import Archive
from broadtape.cli import main
from broadtape.cli.common.side_by_side import aligned
from broadtape.learnt_rules import LearntRule, LearntRules

WIRE = """title: Wire
homepage: https://www.wire.example/
hosts: [www.wire.example]
enabled: true
feeds: [https://www.wire.example/feed]
cron: "*/10 * * * *"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "sites").mkdir(parents=True)
    (folder / "broadtape.toml").write_text('archive = "/no/such/archive"\n')
    (folder / "sites" / "paper.yaml").write_text(SITE + "reason_disabled: asks for a licence\n")
    (folder / "sites" / "wire.yaml").write_text(WIRE)
    return folder


def sites(config: Path, *args: str) -> int:
    return main(["--config", str(config), "sites", *args])


def test_list(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sites(config, "list") == 0
    _, paper, wire, total = capsys.readouterr().out.splitlines()
    assert paper.split()[:2] == ["paper", "off"]
    assert paper.rstrip().endswith("asks for a licence")
    assert wire.split()[:2] == ["wire", "on"]
    assert "*/10 * * * *" in wire
    assert total == "1 of 2 outlets are crawled."


def test_list_for_machines(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sites(config, "list", "--enabled", "--format", "json") == 0
    (wire,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (wire["name"], wire["enabled"], wire["sources"]) == ("wire", True, 1)


def test_show_fills_in_every_default(config: Path, archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert sites(config, "show", "wire", "--archive", archive) == 0
    facts = yaml.safe_load(capsys.readouterr().out)
    assert facts["file"].endswith("sites/wire.yaml")
    assert (facts["cron"], facts["max_pages_per_run"], facts["selectors"]["min_share"]) == ("*/10 * * * *", 200, 0.6)
    assert (facts["archive"]["articles"], facts["archive"]["rights"]) == (1, "unknown")


def test_show_before_anything_was_archived(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sites(config, "show", "wire") == 0
    assert yaml.safe_load(capsys.readouterr().out)["archive"] == "nothing of this outlet is archived"
    assert sites(config, "show", "wire", "--archive", "/no/such/archive") == 1
    assert sites(config, "show", "wier") == 2
    assert "Did you mean 'wire'?" in capsys.readouterr().err


IN_ORDER = """\
title: The Wire
homepage: https://www.wire.example/
hosts: [www.wire.example]
country: GB
language: en
evidence: partial
enabled: true
access: full
paywall: none
feeds: [https://www.wire.example/feed]
article_patterns: ['/news/']
cron: "*/10 * * * *"
max_pages_per_run: 20
alert_below_per_day: 0
delay: 1.0
selectors: {}
boilerplate: []
"""


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("country: GB\n", "", "Missing: country."),
        ("country: GB\nlanguage: en\n", "language: en\ncountry: GB\n", "Keys stand in this order: title, homepage"),
        ("[www.wire.example]", "[www.wire.example, localhost]", "hosts: 'localhost' is no public host name."),
        ("/feed]", "/feed, https://www.wire.example/feed]", "Listed twice: https://www.wire.example/feed."),
        (
            "[https://www.wire.example/feed]",
            "['https://www.wire.example/{yyyy}']",
            "{yyyy}: yyyy cannot be filled in.",
        ),
        ("['/news/']", "['/']", "https://www.wire.example/ passes for a story"),
        ("selectors: {}", "selectors: {body: ['p[']}", "selectors.body: p[: "),
        ("boilerplate: []", "boilerplate: [{pattern: 'Read'}]", "Read: a rule takes whole lines"),
        ("boilerplate: []", "boilerplate: [{pattern: '^R.*$'}]", "^R.*$: bound it, as in .{0,200}."),
        ("evidence: partial", "evidence: lists-only", "rests on guesses, so enabled: false."),
        ("enabled: true", "enabled: false", "reason_disabled goes with enabled: false."),
    ],
)
def test_check_tells_each_rule_that_a_file_breaks(
    config: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, rule: str
) -> None:
    file = config / "sites" / "wire.yaml"
    assert old in IN_ORDER
    file.write_text(IN_ORDER.replace(old, new, 1))
    assert sites(config, "check", "wire") == 2
    told = capsys.readouterr().err
    assert f"{file}: " in told
    assert rule in told


def test_check(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("wire", "paper"):
        (config / "sites" / f"{name}.yaml").write_text(IN_ORDER)
    assert sites(config, "check") == 0
    assert capsys.readouterr().out == "2 outlets' files are in order.\n"
    (config / "sites" / "paper.yaml").write_text(IN_ORDER + "acces: full\n")
    (config / "sites" / "torn.yaml").write_text("title: [")
    assert sites(config, "check") == 2
    torn, paper, verdict = sorted(capsys.readouterr().err.splitlines(), key=len, reverse=True)
    assert f"{config}/sites/paper.yaml: acces: there is no such key. Did you mean 'access'?" in (torn, paper)
    assert any(f"{config}/sites/torn.yaml: is no YAML:" in line for line in (torn, paper))
    assert verdict == "broadtape: 2 of 3 outlets' files break a rule."
    assert sites(config, "check", "wire") == 0
    assert sites(config, "check", "wier") == 2


def test_try_shows_what_was_taken_and_what_trafilatura_keeps(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    assert sites(config, "try", str(tmp_path / "page.html")) == 0
    told = capsys.readouterr().out
    assert "Widget raises outlook" in told
    assert [line.split()[0] for line in told.splitlines() if PARAGRAPHS[2] in line] == ["paper-shares", "Shares"]
    assert "trafilatura alone" in told


def test_try_tells_where_each_fact_stands(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    assert sites(config, "try", str(tmp_path / "page.html")) == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["title", "h1,", "title", "element"] in told
    assert ["language", "en", "(the", "text,", "lang)"] in told


def test_try_takes_out_what_was_learnt(
    config: Path, tmp_path: Path, archive: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = {"count": 9, "pages": 80, "days": 4, "first_seen": START, "last_seen": START}
    rule = LearntRule.model_validate({"pattern": PARAGRAPHS[1], "evidence": "share", **seen})
    Archive.open(archive).rules.put_in_force(LearntRules(site="paper", learnt_at=START, rules=(rule,)))
    (tmp_path / "page.html").write_text(PAGE)
    assert sites(config, "try", str(tmp_path / "page.html"), "--site", "paper", "--archive", archive) == 0
    told = capsys.readouterr().out
    assert next(line.split()[0] for line in told.splitlines() if PARAGRAPHS[1] in line) == rule.name


def test_try_an_archived_page_by_its_address(config: Path, archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert sites(config, "try", STORY, "--archive", archive) == 1
    told = capsys.readouterr()
    assert "not an article: no_text" in told.err  # the sample's page has two words
    assert "broadtape, 0 words" in told.out


def test_try_scraped_text(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text("\n".join(PARAGRAPHS))
    assert sites(config, "try", str(tmp_path / "text"), "--site", "paper") == 0
    told = capsys.readouterr().out
    assert "paper-shares" in told
    assert PARAGRAPHS[0] in told


@pytest.mark.parametrize(
    ("file", "status", "said"),
    [
        ("https://www.elsewhere.example/story", 2, "is on none of the configured outlets' hosts"),
        ("/no/such/page", 2, "/no/such/page is neither a file nor an address"),
    ],
)
def test_try_what_is_no_page(
    config: Path, file: str, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sites(config, "try", file) == status
    assert said in one_sentence(capsys.readouterr().err)


def test_paragraphs_are_aligned() -> None:
    assert list(aligned(["a", "b", "c"], ["a", "x", "c", "d"])) == [
        ("a", "a"),
        ("b", None),
        (None, "x"),
        ("c", "c"),
        (None, "d"),
    ]
