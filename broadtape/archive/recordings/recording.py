"""One recording: its address, and its bytes from wherever that leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

from broadtape.archive.recordings.ranged_file import Fetch, Span, ranged_file
from broadtape.archive.stores.access import Access
from broadtape.errors import ObjectMissing, StoreError, UsageError

if TYPE_CHECKING:
    from broadtape.archive.stores.s3 import S3Store

__all__ = ["Recording", "recordings_below"]

_BUCKET = "s3://"
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of this machine, an object in a bucket (`s3://bucket/key`) or a file on a web server. Can be sent."""

    address: str
    size: int | None = None
    """Bytes; None where nobody has asked yet."""
    access: Access = field(default=Access(), repr=False)
    copied: bool = False
    """Whether it is the run's own copy of what cannot be read where it lies."""

    @property
    def name(self) -> str:
        """What it is called among its like: the last part of its address."""
        if self.address.startswith(_WEB):
            return unquote(urlsplit(self.address).path.rpartition("/")[2])
        return self.address.rpartition("/")[2] if self.remote else Path(self.address).name

    @property
    def remote(self) -> bool:
        """Whether it lies elsewhere and is read by ranges."""
        return self.address.startswith((_BUCKET, *_WEB))

    def measured(self) -> Recording:
        """The same with its size; raises ObjectMissing, and NoRanges or another StoreError."""
        return self if self.size is not None else replace(self, size=self._size())

    def open(self, wanted: Sequence[Span] = ()) -> BinaryIO:
        """Its bytes; those that are `wanted` are had at once. Raises OSError, or StoreError where it lies elsewhere."""
        if not self.remote:
            return Path(self.address).open("rb")
        known = self.measured()
        return ranged_file(known._fetch(known.size or 0), known.size or 0, wanted)

    def head(self, length: int) -> bytes:
        """Its first bytes."""
        known = self.measured()
        with known.open([(0, length)]) as file:
            return file.read(length)

    def read(self, limit: int) -> bytes:
        """All of it, of `limit` bytes at the most; raises StoreError for a longer one, OSError as `open` does."""
        if self.address.startswith(_WEB):
            from broadtape.archive.recordings.web_file import read_up_to

            return read_up_to(self.address, limit)
        with self.open() as file:
            found = file.read(limit + 1)
        if len(found) > limit:
            raise StoreError(f"{self.address}: is longer than {limit:,} bytes.")
        return found

    def copy_into(self, folder: Path) -> Recording:
        """A copy in a folder of this machine, for a web server that gives no ranges; raises StoreError, OSError."""
        from broadtape.archive.recordings.web_file import download

        path = folder / (self.name or "recording")
        try:
            download(self.address, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Recording(str(path), path.stat().st_size, copied=True)

    def drop_copy(self) -> None:
        """Removes it, if it is such a copy."""
        if self.copied:
            Path(self.address).unlink(missing_ok=True)

    def _size(self) -> int:
        if not self.remote:
            return Path(self.address).stat().st_size
        if self.address.startswith(_WEB):
            from broadtape.archive.recordings.web_file import size_of

            return size_of(self.address)
        bucket, key = _parts(self.address)
        found = _bucket(bucket, self.access).info(key)
        if found is None:
            raise ObjectMissing(f"{self.address}: there is no such object.")
        return found.size

    def _fetch(self, size: int) -> Fetch:
        if self.address.startswith(_WEB):
            from broadtape.archive.recordings.web_file import fetch_from

            return fetch_from(self.address, size)
        bucket, key = _parts(self.address)

        def fetch(offset: int, length: int) -> bytes:
            found = _bucket(bucket, self.access).get(key, offset, length)
            if len(found) < length:
                raise StoreError(f"{self.address}: the object has changed since it was begun. Run it again.")
            return found

        return fetch


def recordings_below(address: str, access: Access) -> Iterator[Recording]:
    """The objects at `s3://bucket/key`: itself, else those below it as below a folder, by key. With a `*` at its end,
    those whose keys begin so. Raises StoreError."""
    bucket, key = _parts(address)
    store = _bucket(bucket, access)
    if key and not key.endswith(("/", "*")):
        found = store.info(key)
        if found is not None:
            yield Recording(address, found.size, access)
            return
        key += "/"
    for each in store.list(key.removesuffix("*")):
        yield Recording(f"{_BUCKET}{bucket}/{each.key}", each.size, access)


def _parts(address: str) -> tuple[str, str]:
    """Bucket and key, as they are: a key may hold what parts an address elsewhere, such as `?`."""
    bucket, _, key = address.removeprefix(_BUCKET).partition("/")
    if not bucket:
        raise UsageError(f"{address!r} names no bucket; expected s3://bucket/prefix.")
    return bucket, key


@lru_cache(maxsize=16)
def _bucket(name: str, access: Access) -> S3Store:
    """A process asks one bucket for thousands of ranges; a client costs a second to make."""
    from broadtape.archive.stores.s3 import S3Store  # boto3 costs 0.9 s of CPU to load

    return S3Store(name, "", access)
