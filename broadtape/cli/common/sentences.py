"""Sentences on standard output: whole lines in a pipe, on a terminal broken between words."""

from __future__ import annotations

import shutil
import sys
import textwrap

import click

__all__ = ["broken", "say"]


def say(text: str) -> None:
    """Prints each line of `text`; what a terminal has no room for goes on below it, as far in as the line begins."""
    if sys.stdout.isatty():
        columns = shutil.get_terminal_size().columns
        text = "\n".join(broken(line, columns) for line in text.split("\n"))
    click.echo(text)


def broken(line: str, columns: int) -> str:
    """A line as several, none longer than `columns` but for a word that is, such as an address: it stays whole, so
    that it can be clicked and copied."""
    words = line.lstrip(" ")
    indent = " " * (len(line) - len(words))
    parts = textwrap.wrap(
        words, columns, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(parts)
