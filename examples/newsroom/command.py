"""The newsroom from the command line: `python -m examples.newsroom`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import click

from examples.newsroom.newsroom import Newsroom, PortInUse
from examples.newsroom.room_config import FIRST_PORT, SHIPPED_CONFIG

__all__ = ["main"]

_PORT = click.option(
    "--port",
    default=FIRST_PORT,
    show_default=True,
    type=click.IntRange(1, 65_000),
    help="First of the ports: the outlets take it and the next three, and nine further on listens one that "
    "no crawler may visit. The shipped configuration expects the default.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A sample newsroom: four invented outlets on loopback, with what the web serves besides news.

    Marketferry publishes by RSS, the Harbour Ledger by gzipped news sitemap, Wirepoint (a press wire) by Atom and the
    Kontorblatt in German. Between the stories lie the web's troubles: redirects, refusals, pages that never end.
    """


@main.command(short_help="Serve until Ctrl-C.")
@_PORT
@click.option(
    "--edition",
    default=1,
    show_default=True,
    type=click.IntRange(1, 2),
    help="In 2, one story has changed and one is new.",
)
def serve(port: int, edition: int) -> None:
    """Serve until Ctrl-C, so that you can look around in a browser or crawl it from another terminal.

    What was asked of it is at /_newsroom/log on every port, as JSON.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with _open(port, edition) as room:
        for name in room.outlets:
            click.echo(f"{name:<15} {room.base(name)}/")
        click.echo(f"{'log':<15} {room.base('marketferry')}/_newsroom/log")
        click.echo(f"Configuration: --config {_from_here(_config_for(room, port))}")
        click.echo("Ctrl-C ends it.")
        stop.wait()


@main.command(
    "exec",
    short_help="Run a command while the newsroom is open.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@_PORT
@click.option(
    "--edition",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "1", "2"]),
    help="Which edition is on sale. With auto it is 2 once an archive lies at --archive, so that running the same "
    "command again finds one changed and one new story.",
)
@click.option(
    "--archive", default="./archive", show_default=True, metavar="PATH", help="Where auto looks for an archive."
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, required=True)
def exec_(port: int, edition: str, archive: str, command: Sequence[str]) -> None:
    """Run COMMAND while the newsroom is open, then close it and leave with COMMAND's own exit status.

    BROADTAPE_CONFIG names the newsroom's configuration for COMMAND. Example:

        python -m examples.newsroom exec -- broadtape run
    """
    with _open(port, _edition(edition, archive)) as room:
        environment = os.environ | {"BROADTAPE_CONFIG": str(_config_for(room, port))}
        sys.exit(_run(command, environment))


def _open(port: int, edition: int) -> Newsroom:
    try:
        return Newsroom(ports=port, edition=edition)
    except PortInUse as error:
        click.echo(error.strerror, err=True)
        sys.exit(1)


def _config_for(room: Newsroom, port: int) -> Path:
    return SHIPPED_CONFIG if port == FIRST_PORT else room.config


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _edition(wanted: str, archive: str) -> int:
    if wanted != "auto":
        return int(wanted)
    if "://" in archive and not archive.startswith("file://"):
        raise click.UsageError(f"auto cannot look into {archive}: say --edition 1 or --edition 2.")
    return 2 if (Path(archive.removeprefix("file://")) / "archive.json").is_file() else 1


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        click.echo(f"{command[0]} cannot be started: {error.strerror}.", err=True)
        return 127 if isinstance(error, FileNotFoundError) else 126

    def forward(number: int, _: FrameType | None) -> None:
        # A key pressed in the terminal reaches every process in the foreground: the command has it already.
        if number != signal.SIGINT or not _in_foreground():
            process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    status = process.wait()
    return status if status >= 0 else 128 - status


def _in_foreground() -> bool:
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
