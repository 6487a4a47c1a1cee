"""Documentation that cannot rot: its commands parse, its options and columns exist, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import polars as pl
import pytest
import yaml

import broadtape
import broadtape.errors
from broadtape.archive import TABLES
from broadtape.archive.delta.schema import TableName
from broadtape.cli.app import app
from broadtape.settings import Settings
from broadtape.site.outlets import load_sites
from tests.docs.pages import PAGES, ROOT, anchors, blocks, calls, command, commands, links, names, parse, section

DOCS = ROOT / "docs"
COMMANDS = DOCS / "commands.md"
FORMAT = DOCS / "archive-format.md"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")

every_page = pytest.mark.parametrize("page", PAGES, ids=names)


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{names(page)}: {link} leads nowhere."
        if anchor:
            assert anchor in anchors(target), f"{names(page)}: {link}: there is no such heading."


@every_page
def test_commands_parse(page: Path) -> None:
    for line, words in calls(page):
        try:
            parse(words)
        except click.UsageError as error:
            pytest.fail(f"{names(page)}: {line!r} is no call of the command: {error.format_message()}")


@pytest.mark.parametrize("name", commands())
def test_the_examples_in_a_commands_help_parse(name: str) -> None:
    for line in re.findall(r"^ *(?:Example: |PREFECT_API_URL=\S+ )?broadtape (.*)$", command(name).epilog or "", re.M):
        try:
            parse(shlex.split(re.split(r" {2,}| [|>]", line)[0]), explained=True)
        except click.UsageError as error:
            pytest.fail(f"broadtape {name} --help: {line!r}: {error.format_message()}")


def test_calls_are_found_and_wrong_ones_are_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```\n$ A=b broadtape read --limit x | head  # so\n$ cat f | broadtape clean - > g\n```\nand `broadtape raed`"
    )
    assert [words for _, words in calls(page)] == [["read", "--limit", "x"], ["clean", "-"], ["raed"]]
    for words in (["read", "--limit", "x"], ["raed"], ["read", "--nonsense"], ["read", "--format", "xml"]):
        with pytest.raises(click.UsageError):
            parse(words)


def test_every_command_has_its_section() -> None:
    text = COMMANDS.read_text("utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == _in_order(commands())


def _in_order(found: list[str]) -> list[str]:
    headings = re.findall(r"^## (.*)$", COMMANDS.read_text("utf-8"), re.MULTILINE)
    return sorted(found, key=lambda name: headings.index(name) if name in headings else len(headings))


@pytest.mark.parametrize("name", commands())
def test_the_options_of_a_command_are_documented_and_exist(name: str) -> None:
    there = {
        option
        for parameter in command(name).params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    told = section(COMMANDS, name)
    listed = {option for line in re.findall(r"^(?:- |  ).*$", told, re.MULTILINE) for option in OPTION.findall(line)}
    assert there - listed == set(), f"docs/commands.md, {name}: these options are not told."
    assert set(OPTION.findall(_without_output(told))) - there - {"--config"} == set(), f"{name}: no such option."


def _without_output(text: str) -> str:
    """A section with the commands of its blocks, but not what they print."""
    return re.sub(r"```\n(.*?)```", lambda m: "\n".join(re.findall(r"^\$ .*$", m[1], re.M)), text, flags=re.S)


def test_global_options_are_told() -> None:
    start = COMMANDS.read_text("utf-8").partition("\n## ")[0]
    for parameter in app.params:
        assert all(option in start for option in parameter.opts if option.startswith("--"))


@pytest.mark.parametrize("table", TABLES)
def test_the_format_names_every_column(table: TableName) -> None:
    kinds = {
        pl.String: "string",
        pl.Int32: "32-bit integer",
        pl.Int64: "64-bit integer",
        pl.Boolean: "boolean",
        pl.Binary: "binary",
        pl.Datetime: "time",
        pl.List: "list of",
    }
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$", section(FORMAT, table), re.MULTILINE)
    columns = {name: kind for name, kind in rows if name in TABLES[table].schema}
    assert list(columns) == list(TABLES[table].schema)
    for name, dtype in TABLES[table].schema.items():
        assert columns[name].startswith(kinds[dtype.base_type()]), name


def test_operations_tell_every_setting() -> None:
    told = re.findall(r"^\| `(\w+)` \|", section(DOCS / "operations.md", "Settings"), re.MULTILINE)
    assert set(told) == set(Settings.model_fields) - {"config"}


def test_the_work_pool_has_the_schedules_of_the_outlets() -> None:
    wanted: dict[str, list[str]] = {}
    for site in load_sites(ROOT / "config" / "sites").values():
        if site.enabled:
            wanted.setdefault(site.cron, []).append(site.name)
    told = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    deployments = {deployment["entrypoint"].split(".")[-1]: deployment for deployment in told}
    schedules = deployments["archive_news"]["schedules"]
    assert {schedule["cron"]: sorted(schedule["parameters"]["sites"]) for schedule in schedules} == wanted, (
        f"prefect.yaml must name the enabled outlets of config/sites under their crons: {wanted}"
    )
    assert all(schedule["timezone"] == "UTC" for schedule in schedules)
    # Not imported: Prefect reads its settings when it first is, and other tests set them.
    upkeep = re.search(r'MAINTAIN_CRON = "(.*)"', (ROOT / "flows" / "missed.py").read_text("utf-8"))
    assert upkeep
    assert [schedule["cron"] for schedule in deployments["maintain"]["schedules"]] == [upkeep[1]]


def test_the_api_page_names_every_public_name() -> None:
    told = set(re.findall(r"^::: (broadtape[\w.]*)$", (DOCS / "api.md").read_text("utf-8"), re.MULTILINE))
    public = {f"broadtape.{name}" for name in broadtape.__all__ if not name.startswith("_")}
    errors = {f"broadtape.{name}" for name in broadtape.__all__ if hasattr(broadtape.errors, name)}
    assert public - errors - told == set()
    methods = {f"broadtape.Corpus.{name}" for name in dir(broadtape.Corpus) if not name.startswith("_")}
    assert methods - told == set()
    assert {name for name in told if name.startswith("broadtape.Corpus.")} == methods


@pytest.mark.parametrize("name", sorted(name for name in dir(broadtape.Corpus) if not name.startswith("_")))
def test_every_public_name_of_a_corpus_has_an_example(name: str) -> None:
    examples = "\n".join(blocks(DOCS / "api.md", "python"))
    assert re.search(rf"\bcorpus\.{name}\b", examples)


@pytest.mark.parametrize("page", [ROOT / "README.md", FORMAT, DOCS / "api.md"], ids=names)
def test_python_runs(
    page: Path, sample: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(sample)
    assert blocks(page, "python")
    scope: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(block, scope)
    assert capsys.readouterr().out


def test_sql_gives_what_readers_get(sample: Path) -> None:
    import duckdb
    from deltalake import DeltaTable

    current, revisions = blocks(FORMAT, "sql")
    bounded = current.replace("-- WHERE", "WHERE").replace("2026-11-23 14:00", "2026-11-18 16:30")
    connection = duckdb.connect()
    connection.read_parquet(DeltaTable(sample / "archive" / "articles").file_uris()).create_view("articles")
    corpus = broadtape.open(str(sample / "archive"))

    def rows(query: str, columns: str) -> list[tuple[object, ...]]:
        return sorted(connection.sql(f"SELECT {columns} FROM ({query})").fetchall())

    key = "article_id, text, extractor"
    assert rows(current, key) == sorted(corpus.frame().select(key.split(", ")).collect().rows())
    assert len(rows(current, key)) == 2
    as_of = corpus.frame(as_of="2026-11-18T16:30").select(key.split(", ")).collect().rows()
    assert rows(bounded, key) == sorted(as_of) != rows(current, key)
    numbered = f"{key}, revision"
    every = corpus.frame(revisions=True).select(numbered.split(", ")).collect().rows()
    assert rows(revisions, numbered) == sorted(every)
    assert len(every) == 3


def test_the_map_of_the_code_names_files_that_exist() -> None:
    rows = re.findall(r"^\| .* \| (`.*`) \|$", section(DOCS / "architecture.md", "Where is what"), re.MULTILINE)
    named = [path for row in rows for path in re.findall(r"`([^`]+)`", row)]
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_nothing_is_said_of_where_it_was_written() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        assert not re.search(r"/(?:work|tmp|home|root)/", text), names(page)
