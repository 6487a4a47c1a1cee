"""`python -m examples.newsroom`: serve and exec, as a terminal and a Makefile use them."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from newsroom_client import ask

CHECKOUT = Path(__file__).parents[2]
NEWSROOM = [sys.executable, "-m", "examples.newsroom"]


@pytest.fixture
def port() -> int:
    """First of ten free ports, below those that the system hands out to clients."""
    for first in range(10_000 + os.getpid() * 40 % 20_000, 32_000, 10):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for place in (0, 1, 2, 3, 9):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", first + place))
            return first
    raise AssertionError("no ten free ports in a row")


def run(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*NEWSROOM, *map(str, arguments)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | settings,
        check=False,
    )


@contextlib.contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a session of its own, its output read by the test."""
    process = subprocess.Popen(
        [*NEWSROOM, *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def python(code: str) -> Sequence[str]:
    return ("--", sys.executable, "-u", "-c", code)


def test_help_explains_the_newsroom() -> None:
    told = run("--help").stdout
    assert "invented outlets" in told
    assert "serve" in told
    assert "exec" in told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_where_it_listens_and_ends_cleanly(port: int, number: signal.Signals) -> None:
    with started("serve", "--port", str(port)) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(7)]
        assert re.fullmatch(rf"marketferry +http://127\.0\.0\.1:{port}/\n", lines[0])
        assert ask(f"http://127.0.0.1:{port + 3}/").status == 200
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")


def test_serve_says_in_one_sentence_that_a_port_is_taken(port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 2))
        taken.listen()
        done = run("serve", "--port", str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Port {port + 2} on 127.0.0.1 is in use")
    assert len(done.stderr.splitlines()) == 1


def test_exec_runs_the_command_against_the_newsroom(port: int) -> None:
    code = (
        "import os, urllib.request as u, pathlib;"
        f"print(u.urlopen('http://127.0.0.1:{port + 1}/robots.txt').status);"
        "site = pathlib.Path(os.environ['BROADTAPE_CONFIG'], 'sites/marketferry.yaml').read_text();"
        f"print('127.0.0.1:{port}' in site)"
    )
    done = run("exec", "--port", str(port), *python(code), BROADTAPE_CONFIG="elsewhere")
    assert (done.stdout, done.stderr, done.returncode) == ("200\nTrue\n", "", 0)


def test_exec_passes_the_exit_status_on(port: int) -> None:
    assert run("exec", "--port", str(port), *python("raise SystemExit(7)")).returncode == 7
    assert run("exec", "--port", str(port), *python("import os; os.kill(os.getpid(), 9)")).returncode == 128 + 9


def test_exec_of_no_such_command_is_a_sentence(port: int) -> None:
    done = run("exec", "--port", str(port), "--", "no-such-command")
    assert done.returncode == 127
    assert done.stderr == "no-such-command cannot be started: No such file or directory.\n"


@pytest.mark.parametrize(
    ("wanted", "archived", "edition"), [("auto", False, 1), ("auto", True, 2), ("1", True, 1), ("2", False, 2)]
)
def test_exec_puts_the_edition_on_sale(port: int, tmp_path: Path, wanted: str, archived: bool, edition: int) -> None:
    if archived:
        (tmp_path / "archive.json").write_text("{}")
    code = f"import urllib.request as u; print(b'/45619301/' in u.urlopen('http://127.0.0.1:{port}/feed').read())"
    address = tmp_path.as_uri() if edition == 2 else tmp_path
    done = run("exec", "--port", str(port), "--edition", wanted, "--archive", address, *python(code))
    assert done.stdout == f"{edition == 2}\n"


def test_exec_cannot_look_into_a_bucket(port: int) -> None:
    done = run("exec", "--port", str(port), "--archive", "s3://bucket/prefix", *python("print(1)"))
    assert done.returncode == 2
    assert "--edition 1 or --edition 2" in done.stderr
    assert done.stdout == ""


COUNT_SIGNALS = """
import signal, sys, time
seen = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: seen.append(number))
print("ready")
while not seen:
    time.sleep(0.02)
time.sleep(0.5)
print("seen", *(int(number) for number in seen))
sys.exit(130)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_exec_forwards_a_signal_once_and_waits(port: int, number: signal.Signals) -> None:
    with started("exec", "--port", str(port), *python(COUNT_SIGNALS)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        output, errors = process.communicate(timeout=20)
        assert (output, errors, process.returncode) == (f"seen {int(number)}\n", "", 130)


def test_ctrl_c_in_a_terminal_reaches_the_command_once(port: int) -> None:
    command = [*NEWSROOM, "exec", "--port", str(port), *python(COUNT_SIGNALS)]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(CHECKOUT)
        os.execv(command[0], command)
    try:
        assert "ready" in read_until(terminal, "ready")
        os.write(terminal, b"\x03")
        assert "seen 2\r\n" in read_until(terminal, "seen 2\r\n")
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    finally:
        os.close(terminal)


def read_until(terminal: int, wanted: str) -> str:
    told = ""
    deadline = time.monotonic() + 30
    while wanted not in told and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            told += os.read(terminal, 1000).decode()
    return told
