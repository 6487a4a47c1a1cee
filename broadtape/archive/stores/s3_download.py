"""Downloads from S3, again where one breaks off: boto3 tries again until an answer begins, not when it ends early."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import IncompleteReadError, ReadTimeoutError, ResponseStreamingError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

__all__ = ["download", "read", "sha256_of"]

T = TypeVar("T")

_ATTEMPTS = 4
_CHUNK = 2**20


def read(client: S3Client, bucket: str, key: str, offset: int = 0, length: int | None = None) -> bytes:
    """An object's bytes, or `length` of them from `offset`."""
    asked: GetObjectRequestTypeDef = {"Bucket": bucket, "Key": key}
    if offset or length is not None:  # an empty object has no range
        asked["Range"] = f"bytes={offset}-" + ("" if length is None else str(offset + length - 1))

    def ask() -> bytes:
        return client.get_object(**asked)["Body"].read()

    return _persistently(ask)


def download(client: S3Client, bucket: str, key: str, path: Path) -> None:
    """An object as a local file, from its beginning each time."""

    def save() -> None:
        body = client.get_object(Bucket=bucket, Key=key)["Body"]
        with path.open("wb") as file:
            for chunk in body.iter_chunks(_CHUNK):
                file.write(chunk)

    _persistently(save)


def sha256_of(client: S3Client, bucket: str, key: str) -> str:
    """The digest of what the server gives."""

    def digest() -> str:
        found = hashlib.sha256()
        for chunk in client.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(_CHUNK):
            found.update(chunk)
        return found.hexdigest()

    return _persistently(digest)


def _persistently(action: Callable[[], T]) -> T:
    for _ in range(_ATTEMPTS - 1):
        with suppress(ResponseStreamingError, IncompleteReadError, ReadTimeoutError):
            return action()
    return action()
