"""What kind of file a recording is: WARC or ARC, plain or packed, or a WACZ that holds some of them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from broadtape.archive.recordings import Recording
from broadtape.archive.warc.decoded import Decoded
from broadtape.archive.warc.heads import read_head
from broadtape.archive.warc.members import GZIP_MAGIC, Damage, find_member, gzip_members, plain_file, zstd_stream
from broadtape.errors import WarcError

__all__ = ["opened", "pieces"]

_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
"""Behind the first byte, which counts from 0x50: a frame that is no data, such as a dictionary."""
_ZIP = b"PK\x03\x04"
_RECORDINGS = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz")


@contextmanager
def opened(path: Path | Recording) -> Iterator[Iterator[tuple[str, BinaryIO]]]:
    """The recordings in a file, by name: itself, or each one in a WACZ. Raises WarcError for one that is no zip."""
    with path.open("rb") if isinstance(path, Path) else path.open() as file:
        if file.read(len(_ZIP)) != _ZIP:
            file.seek(0)
            yield iter([(path.name, file)])
            return
        try:
            with zipfile.ZipFile(file) as archive:
                yield _inside(path.name, archive)
        except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise _damaged(path.name, error) from None


def _inside(recording: str, archive: zipfile.ZipFile) -> Iterator[tuple[str, BinaryIO]]:
    names = [info.filename for info in archive.infolist() if info.filename.lower().endswith(_RECORDINGS)]
    if not names:
        raise WarcError(f"{recording}: is a zip file without a .warc or .warc.gz in it; expected a WACZ.")
    for name in names:
        with _member(recording, archive, name) as file:
            yield f"{recording}/{name}", cast(BinaryIO, file)


def _member(recording: str, archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return archive.open(name)
    except RuntimeError as error:  # encrypted, or packed in a way that zipfile does not know
        raise _damaged(recording, error) from None


def _damaged(recording: str, error: Exception) -> WarcError:
    return WarcError(f"{recording}: is a WACZ, or another zip file, that is torn or damaged: {error}.")


def pieces(file: BinaryIO, name: str) -> Iterator[Decoded | Damage]:
    """What the file unpacks to; raises WarcError where nothing in it begins as a record does."""
    start = file.read(len(GZIP_MAGIC) + 1)
    file.seek(0)
    if start.startswith(GZIP_MAGIC[:2]):
        return gzip_members(file)
    if start.startswith(_ZSTD) or start[1:] == _ZSTD_SKIPPABLE:
        return zstd_stream(file)
    if not start:
        raise WarcError(f"{name}: is no WARC file: it is empty.")
    for plain in plain_file(file):
        assert isinstance(plain, Decoded)
        plain.skip_padding()
        if read_head(plain) is not None or plain.seek_record():
            return plain_file(file)
    if find_member(file, 0) is not None:
        file.seek(0)
        return gzip_members(file)
    raise WarcError(
        f"{name}: is no WARC file: it does not start as one. Expected .warc, .arc, one of them packed, or .wacz."
    )
