"""Documentation as text: its pages, fenced blocks, command lines and links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from broadtape.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        ROOT / "config" / "sites" / "README.md",
        ROOT / "deploy" / "README.md",
        ROOT / "examples" / "newsroom" / "README.md",
        *(ROOT / "docs").glob("*.md"),
    ]
)
_FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_PROMPT = re.compile(r"^\s*\$ (.*)$", re.MULTILINE)
_SHOWN = re.compile(r"^\s*((?:\.venv/bin/)?broadtape [a-z-].*)$", re.MULTILINE)
_INLINE = re.compile(r"`((?:\.venv/bin/)?broadtape [^`]*)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_ASSIGNMENT = re.compile(r"[A-Z_]+=")


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    return [text for _, kind, text in _FENCED.findall(page.read_text("utf-8")) if kind == language]


def section(page: Path, heading: str) -> str:
    """What stands under a heading of the second level, up to the next."""
    parts = re.split(r"^## (.*)\n", page.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[heading]


def links(page: Path) -> list[str]:
    prose = _FENCED.sub("", page.read_text("utf-8"))
    return [link for link in _LINK.findall(prose) if "://" not in link]


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of a page's headings."""
    prose = _FENCED.sub("", page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in _HEADING.findall(prose)}


def calls(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Each call of the command on a page: the line, and the words behind `broadtape`."""
    text = page.read_text("utf-8")
    fenced = [block for _, _, block in _FENCED.findall(text)]
    lines = [line for block in fenced for line in (*_PROMPT.findall(block), *_SHOWN.findall(block))]
    for line in [*lines, *_INLINE.findall(_FENCED.sub("", text).replace("\n", " "))]:
        for words in _pipeline(line):
            while words and _ASSIGNMENT.match(words[0]):
                words = words[1:]
            if words and words[0].removeprefix(".venv/bin/") == "broadtape" and len(words) > 1:
                yield line, words[1:]


def drill(page: Path, heading: str) -> list[list[str]]:
    """The calls of the command in the last block of a section, in their order."""
    lines = _PROMPT.findall(_FENCED.findall(section(page, heading))[-1][2])
    found = [words for line in lines for words in _pipeline(line)]
    return [words[1:] for words in found if words and words[0] == "broadtape"]


def _pipeline(line: str) -> Iterator[list[str]]:
    """The commands of a shell's line, without redirections and comments."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>&;")
    lexer.whitespace_split = True
    words: list[str] = []
    skip = False
    for word in lexer:
        if word and set(word) <= set("|&;"):
            yield words
            words = []
        elif word and set(word) <= set("<>"):
            skip = True
        elif skip:
            skip = False
        else:
            words.append(word)
    yield words


def command(name: str) -> click.Command:
    """The command of that name; `sites list` is one."""
    found: click.Command = app
    for word in name.split():
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), word)
        assert inner is not None, f"there is no command {name!r}"
        found = inner
    return found


def commands() -> list[str]:
    """Every command that does something, by its whole name."""
    found = []
    for name in app.list_commands(click.Context(app)):
        inner = command(name)
        if isinstance(inner, click.Group):
            found += [f"{name} {part}" for part in inner.list_commands(click.Context(inner))]
        else:
            found.append(name)
    return found


def parse(words: list[str], *, explained: bool = False) -> None:
    """Parses a call as the command would, without opening files or doing anything; raises click's UsageError.

    `explained`: words of an explanation may stand behind the call.
    """
    _parse(app, words, "broadtape", explained)


def _parse(found: click.Command, words: list[str], name: str, explained: bool) -> None:
    context = found.context_class(found, info_name=name, **found.context_settings)
    given, rest, _ = found.make_parser(context).parse_args(list(words))
    if isinstance(found, click.Group):
        if rest:
            inner = found.get_command(context, rest[0])
            if inner is None:
                raise click.UsageError(f"there is no command {rest[0]!r}")
            _parse(inner, rest[1:], f"{name} {rest[0]}", explained)
        return
    if rest and not explained:
        raise click.UsageError(f"too many words: {rest}")
    for parameter in found.params:
        value = given.get(parameter.name or "")
        if isinstance(value, str | list | tuple) and not isinstance(parameter.type, click.File | click.Path):
            parameter.type_cast_value(context, value)
