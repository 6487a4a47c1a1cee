"""Which store lies at an address."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from broadtape.archive.stores.folder import FolderStore
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import NotAnArchive

__all__ = ["open_store"]

_PLAIN = re.compile(r"s3://[A-Za-z0-9._/-]+")


def open_store(uri: str) -> ObjectStore:
    """The store at `s3://bucket/prefix`, `file:///…` or a folder; nothing is created or asked for yet."""
    parts = urlsplit(uri)
    if parts.scheme == "s3":
        from broadtape.archive.stores.s3 import S3Store  # boto3 costs 0.9 s of CPU to load

        if not parts.netloc:
            raise NotAnArchive(f"{uri!r} names no bucket; expected s3://bucket/prefix.")
        # Delta 1.6 quotes other characters twice and then looks for its checkpoints at the wrong place.
        if not _PLAIN.fullmatch(uri):
            raise NotAnArchive(f"{uri!r}: a prefix may hold letters, digits and any of . _ - / only.")
        # Delta and other tools fold a//b and a/./b into a/b, and would look for the tables there.
        prefix = "/".join(part for part in parts.path.split("/") if part not in {"", "."})
        if ".." in prefix.split("/"):
            raise NotAnArchive(f"{uri!r}: a prefix may not hold '..', which stores and tools read differently.")
        return S3Store(parts.netloc, prefix)
    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    if "://" in uri:
        raise NotAnArchive(f"{uri!r} is no address of an archive; expected a folder, file:///… or s3://bucket/prefix.")
    return FolderStore(Path(uri))
