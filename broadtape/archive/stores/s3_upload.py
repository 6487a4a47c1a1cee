"""A file onto S3, in one piece or in parts, and proof that it arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from broadtape.archive.stores.s3_download import sha256_of
from broadtape.errors import DigestMismatch

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

__all__ = ["PART", "checked_upload"]

PART = 16 * 2**20
"""Bytes of a part; a file no longer than this goes up in one request."""


def checked_upload(client: S3Client, bucket: str, key: str, path: Path) -> None:
    """Uploads `path` unless its bytes are there already; raises DigestMismatch if others are, then or afterwards."""
    if _stored(client, bucket, key):
        if not _same(client, bucket, key, path):
            raise DigestMismatch(f"{key}: bucket {bucket} holds other bytes under this name already.")
        return
    if path.stat().st_size <= PART:
        client.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
    else:
        _in_parts(client, bucket, key, path)
    if not _same(client, bucket, key, path):
        raise DigestMismatch(f"{key}: bucket {bucket} stored other bytes than were sent; check the store.")


def _stored(client: S3Client, bucket: str, key: str) -> bool:
    try:
        client.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            return False
        raise
    return True


def _same(client: S3Client, bucket: str, key: str, path: Path) -> bool:
    """By the ETag, which is made of MD5s of what the server stored; by reading it back where it is something else."""
    found = client.head_object(Bucket=bucket, Key=key)
    if found["ContentLength"] != path.stat().st_size:
        return False
    return found["ETag"].strip('"') in _etags(path) or sha256_of(client, bucket, key) == _sha256(path)


def _in_parts(client: S3Client, bucket: str, key: str, path: Path) -> None:
    upload = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    parts: list[CompletedPartTypeDef] = []
    try:
        for number, part in enumerate(_parts(path), 1):
            sent = client.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=part)
            parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        client.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts})
    except BaseException:
        # Parts left behind are paid for and never listed.
        with suppress(Exception):
            client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
        raise


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part


def _etags(path: Path) -> set[str]:
    """What a server that keeps to S3's custom calls this file, sent whole or in our parts."""
    whole = hashlib.md5(usedforsecurity=False)
    digests = []
    for part in _parts(path):
        whole.update(part)
        digests.append(hashlib.md5(part, usedforsecurity=False).digest())
    joined = hashlib.md5(b"".join(digests), usedforsecurity=False).hexdigest()
    return {whole.hexdigest(), f"{joined}-{len(digests)}"}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
