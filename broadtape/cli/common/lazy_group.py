"""A click group that knows its commands by name and imports one only when it is called."""

from __future__ import annotations

import importlib
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import click

from broadtape.cli.common.context import Invocation
from broadtape.log_format import LOG_FORMAT

__all__ = ["GLOBAL_OPTIONS", "LazyGroup", "Sections"]

Sections = Mapping[str, Mapping[str, tuple[str, str]]]
"""Heading in the help → command → (`module:attribute`, one line of help)."""


def _set_config(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Invocation).config = value


def _set_debug(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Invocation).debug = True


def _set_log_format(_ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        os.environ[LOG_FORMAT] = value


def _global_options(*, hidden: bool) -> list[click.Option]:
    return [
        click.Option(
            ["--config"],
            type=click.Path(path_type=Path),
            metavar="DIR",
            callback=_set_config,
            expose_value=False,
            is_eager=True,
            hidden=hidden,
            help="Folder that holds broadtape.toml and sites/.  [default: $BROADTAPE_CONFIG, ./config]",
        ),
        click.Option(
            ["--log-format"],
            type=click.Choice(["text", "json"]),
            envvar=LOG_FORMAT,
            callback=_set_log_format,
            expose_value=False,
            is_eager=True,
            hidden=hidden,
            help="How standard error is written: sentences, or a JSON object a line.  [default: text]",
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            callback=_set_debug,
            expose_value=False,
            is_eager=True,
            hidden=hidden,
            help="Show the traceback of an error.",
        ),
    ]


GLOBAL_OPTIONS = _global_options(hidden=False)
"""`--config`, `--log-format` and `--debug`; every command takes them too, unlisted, wherever in the call they stand."""


class LazyGroup(click.Group):
    """A group whose help needs nothing but its own table of commands.

    Those in `unlisted` can be called all the same, so that whoever does is told what they need.
    """

    def __init__(self, *args: Any, sections: Sections, unlisted: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unlisted = frozenset(unlisted)
        self._targets = {name: entry for commands in sections.values() for name, entry in commands.items()}
        self._sections = sections

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the table."""
        return [name for name in self._targets if name not in self._unlisted]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, imported now; None where there is none."""
        if cmd_name not in self.commands:
            if cmd_name not in self._targets:
                return None
            module, _, attribute = self._targets[cmd_name][0].partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            command.params.extend(_global_options(hidden=True))
            self.commands[cmd_name] = command
        return self.commands[cmd_name]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but with every name of the table as a suggestion for a mistyped one."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=self._targets, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Writes the table under its headings."""
        width = max(len(name) for name in self._targets)
        for heading, commands in self._sections.items():
            listed = {name: text for name, (_, text) in commands.items() if name not in self._unlisted}
            if not listed:
                continue
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), text) for name, text in listed.items()])
