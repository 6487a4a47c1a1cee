"""An index made in parts: each some ten thousand rows made into files of the index, which lie in the archive at once.

index/text/parts/<half a SHA-256>.json   what a part consists of, named by its rows

What is done of an index that was not finished is taken as it is by whoever makes it next; the finished one names all
files of its parts, and what else lies there is removed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

import polars as pl

from broadtape.archive.opened_here import opened_here
from broadtape.archive.scratch import scratch
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.corpus.fulltext.rows import Progress, batches_of, write_rows
from broadtape.corpus.fulltext.schema import FORMAT
from broadtape.corpus.fulltext.stored import FOLDER, Files, store_files
from broadtape.corpus.packed_keys import packed, unpacked
from broadtape.errors import ObjectMissing
from broadtape.work import Doing, WholePart

__all__ = ["IndexPart", "index_in_parts"]

_ROWS = 50_000
"""Rows of a part: half a minute's work, and 200 MB of the index."""
_MADE = f"{FOLDER}parts/"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPart(WholePart[Files]):
    """Makes files of the index, of the rows with these keys at a version of `articles`; see `broadtape.work`."""

    uri: str
    version: int
    keys: bytes = field(repr=False)
    """Packed."""

    @property
    def about(self) -> str:
        """What it is."""
        keys = unpacked(self.keys)
        return f"The full-text index of {keys.height:,} rows from {str(keys['fetched_at'].min())[:10]} on"

    @property
    def made(self) -> str:
        """The key of what says that it is done: another for other rows, or another form of the index."""
        return f"{_MADE}{hashlib.sha256(bytes([FORMAT]) + self.keys).hexdigest()[:32]}.json"

    def do(self) -> Files:
        """Makes and stores them."""
        archive = opened_here(self.uri)
        scan = partial(archive.tables["articles"].scan, version=self.version)
        with scratch("index") as folder:
            write_rows(folder, unpacked(self.keys), scan, lambda _done, _total: None)
            files = store_files(archive, folder, {})
        archive.objects.put(self.made, json.dumps(asdict(files)).encode())
        return files


def index_in_parts(
    store: ObjectStore, keys: pl.DataFrame, version: int, doing: Doing, progress: Progress
) -> Files | None:
    """The files of an index of all these rows; None where they are so few that parts are not worth it.

    Raises PartFailed, all other parts being kept.
    """
    if keys.height <= _ROWS:
        return None
    held = {info.key for info in store.list(FOLDER)}
    made: list[Files] = []

    def left() -> Iterator[IndexPart]:
        for batch in batches_of(keys, _ROWS):
            part = IndexPart(uri=store.uri, version=version, keys=packed(batch))
            if files := _made(store, part.made, held):
                made.append(files)
            else:
                yield part

    for files in doing(left()):
        made.append(files)
        progress(sum(map(_documents, made)), keys.height)
    return _joined(made)


def _made(store: ObjectStore, key: str, held: Collection[str]) -> Files | None:
    """What a part that is done consists of; None where it is not done, or not all of it is there."""
    if key not in held:
        return None
    try:
        files = Files(**json.loads(store.get(key)))
    except (ObjectMissing, ValueError, TypeError):
        return None
    return files if all(FOLDER + name in held for name in files.names) else None


def _documents(files: Files) -> int:
    return sum(segment["max_doc"] for segment in json.loads(files.meta)["segments"])


def _joined(parts: Sequence[Files]) -> Files:
    """One index of several: each is some segments, which know nothing of each other."""
    metas = [json.loads(part.meta) for part in parts]
    segments = [segment for meta in metas for segment in meta["segments"]]
    whole = {**metas[0], "segments": segments, "opstamp": max(meta["opstamp"] for meta in metas)}
    return Files({name: digest for part in parts for name, digest in part.names.items()}, json.dumps(whole))
