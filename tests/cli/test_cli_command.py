"""The frame: help, version, global options, and how every kind of failure ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from cli_samples import REPO, broadtape, one_sentence

from broadtape import __version__
from broadtape.cli import main
from broadtape.cli.app import COMMANDS, app
from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.errors import ArchiveError, UsageError

NAMES = [name for commands in COMMANDS.values() for name in commands]


def test_help_lists_every_command() -> None:
    done = broadtape("--help")
    assert done.returncode == 0
    for commands in COMMANDS.values():
        for name, (_, text) in commands.items():
            assert name in done.stdout.decode()
            assert text.split()[0] in done.stdout.decode()


def test_help_imports_no_engine() -> None:
    code = (
        "import sys; from broadtape.cli import main; main(['--help'])\n"
        "print([m for m in ('polars', 'deltalake', 'trafilatura', 'rich', 'pydantic', 'prefect', 'scrapy', 'lxml')"
        " if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=REPO, check=True)
    assert done.stderr == b"[]\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Usage: broadtape {name}")
    command = app.get_command(click.Context(app), name)
    assert command is not None
    assert command.help
    if command.epilog:
        assert f"broadtape {name}" in command.epilog


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"broadtape {__version__}\n"


def test_nothing_asked_for_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Usage: broadtape" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["raed"], "No such command 'raed'. Did you mean 'read'? 'broadtape --help' shows how to call it."),
        (["read", "--sit", "x"], "No such option '--sit'"),
        (["read", "--since", "yesterday"], "Invalid value for '--since': 'yesterday' is no time: write ISO 8601"),
        (["read", "--format", "xml"], "'xml' is not one of"),
        (["read", "--limit", "-1"], "-1 is not in the range x>=0"),
        (["read", "--limit"], "Option '--limit' requires an argument."),
        (["--config", "/no/such/folder", "read"], "/no/such/folder is no folder."),
        (["read", "--config", "/no/such/folder"], "/no/such/folder is no folder."),
        (["sites", "chek"], "Did you mean 'check'?"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_status_2(
    args: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 2
    captured = capsys.readouterr()
    assert said in one_sentence(captured.err)
    assert captured.out == ""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], list[str]]:
    """Adds a command that fails in the way given."""

    def add(error: BaseException) -> list[str]:
        @click.command()
        def boom() -> None:
            raise error

        boom.params.extend(app.get_command(click.Context(app), "read").params[-2:])  # type: ignore[union-attr]
        monkeypatch.setitem(app.commands, "boom", boom)
        return ["boom"]

    return add


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ArchiveError("The archive is not there: name another."), 1, "The archive is not there: name another."),
        (UsageError("That cannot be."), 2, "That cannot be."),
        (ArchiveError("two\nlines \x1b[31mred"), 1, "two lines \\x1b[31mred"),
        (PermissionError(13, "Permission denied", "/some/file"), 1, "/some/file: Permission denied."),
        (OSError(28, "No space left on device"), 1, "The system refused: No space left on device."),
        (
            ModuleNotFoundError("No module named 'flows'", name="flows.archive_news"),
            2,
            "Crawling and flows run from a checkout",
        ),
        (
            ModuleNotFoundError("No module named 'odd'", name="odd"),
            1,
            "ModuleNotFoundError: No module named 'odd'. This",
        ),
        (KeyError("odd"), 1, "KeyError: 'odd'. This is a bug in broadtape: run it again as 'broadtape --debug"),
    ],
)
def test_a_failure_is_one_sentence(
    failing: Callable[[BaseException], list[str]],
    error: Exception,
    status: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(failing(error)) == status
    assert one_sentence(capsys.readouterr().err).startswith(said)


@pytest.mark.parametrize("args", [["--debug", "boom"], ["boom", "--debug"]])
def test_debug_shows_the_traceback(
    failing: Callable[[BaseException], list[str]], args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    failing(KeyError("odd"))
    assert main(args) == 1
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interrupt_ends_with_130(
    failing: Callable[[BaseException], list[str]], error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(failing(error)) == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("delay", "number", "status"),
    [(0.0, signal.SIGINT, 130), (0.1, signal.SIGINT, 130), (0.3, signal.SIGINT, 130), (0.6, signal.SIGTERM, -15)],
)
def test_ctrl_c_at_any_moment(delay: float, number: int, status: int, tmp_path: Path) -> None:
    # Held at a fifo that nobody writes: whether it is still importing or already waiting, it must end the same way.
    os.mkfifo(tmp_path / "page")
    code = (
        "import sys, signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from broadtape.cli import main\nprint('up', flush=True)\n"
        f"sys.exit(main(['clean', {str(tmp_path / 'page')!r}]))"
    )
    started = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPO)
    assert started.stdout is not None
    assert started.stdout.readline() == b"up\n"
    try:
        started.wait(delay or 0.001)
    except subprocess.TimeoutExpired:
        started.send_signal(number)
    _, stderr = started.communicate(timeout=30)
    assert started.returncode == status
    assert b"Traceback" not in stderr


def test_sigterm_does_what_ctrl_c_does_and_the_process_dies_of_it() -> None:
    code = (
        "import os, signal, sys, atexit\nfrom broadtape.cli import main\nfrom broadtape.cli.app import app\n"
        "def stop(number, _): print('stopping', number == signal.SIGINT)\n"
        "@app.command()\ndef work():\n"
        "    atexit.register(print, 'cleared up')\n"
        "    signal.signal(signal.SIGINT, stop)\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    raise KeyboardInterrupt\n"
        "sys.exit(main(['work']))"
    )
    done = subprocess.run([sys.executable, "-u", "-c", code], capture_output=True, cwd=REPO, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGTERM, b"stopping True\ncleared up\n", b"")


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    code = (
        "import sys, click\nfrom broadtape.cli.app import app\nfrom broadtape.cli import main\n"
        "@app.command()\ndef flood():\n"
        "    for n in range(10**6): print('line', n)\n"
        "sys.exit(main(['flood']))"
    )
    started = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPO)
    assert started.stdout is not None
    assert started.stdout.readline() == b"line 0\n"
    started.stdout.close()
    assert started.stderr is not None
    assert started.stderr.read() == b""
    assert started.wait(30) == 0


def test_a_shell_can_complete() -> None:
    environment = {
        **os.environ,
        "_BROADTAPE_COMPLETE": "bash_complete",
        "COMP_WORDS": "broadtape rea",
        "COMP_CWORD": "1",
    }
    command = [sys.executable, "-m", "broadtape"]
    done = subprocess.run(command, env=environment, capture_output=True, cwd=REPO, check=True)
    assert done.stdout == b"plain,read\n"


def test_settings_are_those_of_the_folder_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broadtape.toml").write_text('archive = "./elsewhere"\n')
    seen: list[str] = []

    @click.command()
    @pass_invocation
    def probe(invocation: Invocation) -> None:
        seen.extend([invocation.archive_uri(None), invocation.archive_uri("./named")])

    monkeypatch.setitem(app.commands, "probe", probe)
    assert main(["--config", str(tmp_path), "probe"]) == 0
    assert seen == ["./elsewhere", "./named"]
