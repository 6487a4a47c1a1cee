"""Edges: readers that leave, words that are checked at once, help with examples, tables on narrow terminals."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli_samples import REPO

from broadtape.cli import main
from broadtape.cli.app import app
from broadtape.cli.clean import is_binary
from broadtape.cli.common import tables
from broadtape.deprecation import Told
from broadtape.errors import ConfigError
from broadtape.settings import load_settings

COLUMNS = ("outlet", "day", "reason", "address")
ROWS = [("harbour-ledger", "2026-11-30", "http 404", f"https://harbour.example/markets/{'long-slug-' * 8}1")]


def every_command(group: click.Group, path: str = "broadtape") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from every_command(command, f"{path} {name}")


def test_every_command_has_an_example() -> None:
    found = {"broadtape": app, **dict(every_command(app))}
    assert len(found) > 30
    assert [path for path, command in found.items() if f"{path}" not in (command.epilog or "")] == []


def test_a_reader_that_leaves_ends_a_table_quietly(archive: str, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom broadtape.cli import main\nfrom broadtape.cli.common import tables\n"
        "from broadtape.cli.app import app\n"
        "@app.command()\ndef flood():\n"
        "    while True: tables.print_table(('a', 'b'), [('x' * 90, 'y')] * 1000)\n"
        "sys.exit(main(['flood']))"
    )
    started = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPO)
    assert started.stdout is not None
    assert started.stderr is not None
    assert started.stdout.readline().startswith(b"a")
    started.stdout.close()
    assert started.stderr.read() == b""
    assert started.wait(60) == 0


@pytest.mark.parametrize("width", [80, 100])
def test_on_a_narrow_terminal_nothing_is_cut(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    tables.print_table(COLUMNS, ROWS, below=2)
    lines = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out).splitlines()
    assert lines[0].split() == ["outlet", "day"]
    assert "harbour-ledger" in lines[1]
    assert lines[-1].strip() == ROWS[0][3], "as one word, to be copied"
    assert all(len(line) <= width for line in lines[:-1])


def test_in_a_pipe_a_row_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    tables.print_table(COLUMNS, ROWS, below=2)
    heading, row = capsys.readouterr().out.splitlines()
    assert heading.split() == list(COLUMNS)
    assert row.split()[-1] == ROWS[0][3]


@pytest.mark.parametrize(
    ("data", "binary"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40, True),
        (b"%PDF-1.7\n1 0 obj", True),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, True),
        ("<html><p>Orders doubled".encode("utf-16"), False),
        ("<html><p>Orders doubled".encode("utf-32"), False),
        ("Die Aufträge verdoppelten sich".encode("latin-1"), False),
        ("受注は倍増した".encode("iso2022_jp"), False),
        (b"<p>One stray \x00 or \x01 in a page of some length is " + b"no reason to refuse it. " * 20, False),
        (b"", False),
    ],
)
def test_what_is_text(data: bytes, binary: bool) -> None:
    assert is_binary(data) is binary


def test_clean_refuses_a_program_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clean", sys.executable]) == 2
    assert "is no text: expected one page" in capsys.readouterr().err


@pytest.mark.parametrize(
    "contact", ["desk@quayside.example", "mailto:desk@quayside.example", "https://quayside.example/bot"]
)
def test_a_contact_is_an_address(contact: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADTAPE_CONTACT", contact)
    assert load_settings(tmp_path).contact == contact


@pytest.mark.parametrize("contact", ["me", "desk@", "quayside.example", "ask the desk", "http://localhost"])
def test_what_is_no_address_is_no_contact(contact: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADTAPE_CONTACT", contact)
    with pytest.raises(ConfigError, match="contact: "):
        load_settings(tmp_path)


def test_a_misspelt_variable_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADTAPE_ARCHIV", "s3://bucket")
    with pytest.warns(Told, match="BROADTAPE_ARCHIV is no setting.* Did you mean 'BROADTAPE_ARCHIVE'"):
        load_settings(tmp_path)


def test_what_others_set_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    for name in ("BROADTAPE_SERVICE_HOST", "BROADTAPE_PORT_8650_TCP", "BROADTAPE_ALERTS__TIMEOUT"):
        monkeypatch.setenv(name, "7")
    load_settings(tmp_path)
    assert [each for each in recwarn if issubclass(each.category, Told)] == []


@pytest.mark.parametrize("port", ["0", "-1", "70000"])
def test_a_port_that_is_none_is_a_wrong_call(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "--port", port]) == 2
    assert "1<=x<=65535" in capsys.readouterr().err
