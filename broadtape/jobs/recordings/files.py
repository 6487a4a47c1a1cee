"""Which files a backfill is to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from broadtape.errors import UsageError

__all__ = ["recordings"]

_SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wacz")
"""What a recording in a folder is called; a file that is named itself may be called anything."""


def recordings(named: Sequence[str]) -> list[Path]:
    """The files, each once, and those below the folders among them, by name. Raises UsageError for none at all."""
    return list(dict.fromkeys(path for name in named for path in _under(Path(name))))


def _under(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise UsageError(f"{path}: there is no such file. Name .warc, .warc.gz, .arc.gz or .wacz files, or a folder.")
    found = sorted(each for each in path.rglob("*") if each.name.lower().endswith(_SUFFIXES) and each.is_file())
    if not found:
        raise UsageError(f"{path}: there is no recording in this folder; expected {', '.join(_SUFFIXES)}.")
    yield from found
