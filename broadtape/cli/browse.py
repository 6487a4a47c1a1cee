"""`broadtape browse`: the archive in a browser."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.errors import UsageError

if TYPE_CHECKING:
    from broadtape.web import Examine, HeldText

__all__ = ["browse"]

_NEEDED = ("starlette", "jinja2", "uvicorn")
_SHORTEST_TOKEN = 16
"""Characters: what is shorter is guessed."""


@click.command(
    epilog="""\b
Examples:
  broadtape browse
  broadtape browse --archive s3://bucket/news --no-open
  ssh -L 8650:127.0.0.1:8650 reader@archive.example broadtape browse --no-open
"""
)
@archive_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to listen. Whoever reaches the address reads the archive: there is no password.",
)
@click.option(
    "--port", default=8650, show_default=True, type=click.IntRange(0, 65535), help="0 takes any that is free."
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Programs must send the token in this file to /api/v1; without one only this machine is answered there.",
)
@click.option("--open/--no-open", "opened", default=True, help="Open the browser.  [default: where there is a screen]")
@pass_invocation
def browse(
    invocation: Invocation, /, archive: str | None, host: str, port: int, token_file: Path | None, opened: bool
) -> None:
    """Open the reading room: the archive as pages for a browser, from this machine.

    What came in, search, stories with their revisions and the pages behind them, outlets with their gaps, downloads.
    Read-only; what the archive holds can neither run nor load anything. Ctrl-C closes it.
    """
    if not all(importlib.util.find_spec(name) for name in _NEEDED):
        raise UsageError("The reading room needs what reading alone does not: pip install 'broadtape[web]'.")
    from broadtape import web
    from broadtape.urls.loopback import is_loopback

    token = _token(token_file) if token_file else None
    titles = {site.name: site.title for site in invocation.sites.values()}

    def tell(uri: str, url: str) -> None:
        click.echo(f"The reading room of {uri} is open at {url}\nCtrl-C closes it.", err=True)
        if not is_loopback(host):
            click.echo(f"Whoever reaches {host} can read it: there is no password.", err=True)
        if opened and _has_screen():
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    uri = invocation.archive_uri(archive)
    web.serve(
        uri,
        host=host,
        port=port,
        titles=titles,
        on_open=tell,
        settings=web.RoomSettings.load(invocation.settings.config),
        examine=_examiner(uri, invocation.config_folder),
        token=token,
    )


def _examiner(archive: str, config: str | None) -> Examine:
    """What the room asks for a page that is held back: it is cleaned by today's rules, in processes of their own."""

    def examine(url: str) -> HeldText:
        from broadtape.article import Article
        from broadtape.jobs.held_page import held_page
        from broadtape.web import HeldText

        found = held_page(url, archive=archive, config=config)
        if isinstance(found.made, Article):
            return HeldText(found.made, None, found.last_good)
        return HeldText(None, found.made.reason, found.last_good)

    return examine


def _token(file: Path) -> str:
    try:
        token = file.read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{file}: the token cannot be read: {error}.") from None
    if len(token) < _SHORTEST_TOKEN or any(character.isspace() for character in token):
        raise UsageError(f"{file}: expected one token of {_SHORTEST_TOKEN} characters or more, and nothing else.")
    return token


def _has_screen() -> bool:
    """Whether a browser can open a window: on a terminal alone, one in text would take the terminal over."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
