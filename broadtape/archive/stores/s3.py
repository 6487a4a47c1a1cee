"""Objects on S3 or any server that speaks it, through boto3 and its own chain of credentials and `AWS_*` settings."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from broadtape.archive.scratch import scratch
from broadtape.archive.stores.access import Access
from broadtape.archive.stores.object_store import PROBE, ObjectInfo
from broadtape.archive.stores.s3_checksums import checksum_settings, send_md5
from broadtape.archive.stores.s3_download import download, read
from broadtape.archive.stores.s3_errors import Conditionless, Unconditional, no_server, s3_errors
from broadtape.archive.stores.s3_upload import checked_upload
from broadtape.archive.tallies import count_requests
from broadtape.errors import DigestMismatch, ObjectMissing, StoreError
from broadtape.times import utcnow

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

__all__ = ["S3Store"]

_CONFIG = Config(
    # A gateway that is away for 8 s is ridden out with 10 attempts and lost with 3; the newer retry modes run out of
    # their quota when many parts are sent at once.
    retries={"mode": "legacy", "max_attempts": 10},
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=16,
)
_HASTY = Config(retries={"mode": "legacy", "max_attempts": 2}, connect_timeout=5, read_timeout=15)
_DELETE_AT_ONCE = 1000
_OF_A_LIST = frozenset({"Name", "IsTruncated", "KeyCount", "MaxKeys", "Contents"})
"""What a server says of any list of objects; boto3 takes whatever came with a 200 for one."""
_OWN = Access()


class S3Store:
    """An `ObjectStore` in a bucket, below a prefix. Every upload is compared with what the server says it stored."""

    def __init__(self, bucket: str, prefix: str, access: Access = _OWN) -> None:
        self.bucket, self.prefix, self._access = bucket, f"{prefix}/" if prefix else "", access
        self.uri = f"s3://{bucket}/{prefix}".rstrip("/")
        # Other programs read AWS_REGION, boto3 does not.
        region = os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION")
        self._region: str | None = None
        """Which the bucket lies in, as boto3 learns it by following a redirect; Delta follows none."""
        with self._errors(""):
            self._session = boto3.session.Session(region_name=region or None)
            settings = _CONFIG.merge(checksum_settings())
            if access.anonymous:
                settings = settings.merge(Config(signature_version=UNSIGNED))
            at = access.endpoint
            self._client: S3Client = self._session.client("s3", endpoint_url=at, config=settings)
            self._hasty: S3Client = self._session.client("s3", endpoint_url=at, config=settings.merge(_HASTY))
        for client in (self._client, self._hasty):
            client.meta.events.register("before-sign.s3", self._signed)
            send_md5(client)
            count_requests(client)

    def reach(self) -> None:
        """See ObjectStore."""
        with self._errors(""):
            answer = self._hasty.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix, MaxKeys=1)
        if not _OF_A_LIST.intersection(answer):
            raise no_server(self.uri, self._access)

    def get(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """See ObjectStore."""
        with self._errors(key):
            return read(self._client, self.bucket, self.prefix + key, offset, length)

    def put(self, key: str, data: bytes) -> None:
        """See ObjectStore."""
        with self._errors(key):
            answer = self._client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=data)
        self._check(key, data, answer.get("ETag"))

    def put_hastily(self, key: str, data: bytes) -> None:
        """See ObjectStore."""
        with self._errors(key):
            self._hasty.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=data)

    def put_new(self, key: str, data: bytes) -> bool:
        """See ObjectStore."""
        try:
            self._put_conditionally(key, data)
        except Conditionless:
            if self.info(key) is None:
                self.put(key, data)
        except StoreError as error:
            # A retry meets the first attempt whose answer was lost: what is there tells whose it is.
            try:
                return self.get(key) == data
            except ObjectMissing:
                raise error from None
        else:
            return True
        return self.get(key) == data

    def enforces_conditions(self) -> bool:
        """See ObjectStore."""
        key = f"{PROBE}{uuid.uuid4()}"
        try:
            self._put_conditionally(key, b"first")
            self._put_conditionally(key, b"second")
        except Unconditional:
            return self.get(key) == b"first"
        except Conditionless:
            return False
        else:
            return False
        finally:
            self.delete([key])

    def put_file(self, key: str, path: Path) -> None:
        """See ObjectStore."""
        with self._errors(key):
            checked_upload(self._client, self.bucket, self.prefix + key, path)

    def info(self, key: str) -> ObjectInfo | None:
        """See ObjectStore."""
        try:
            with self._errors(key):
                found = self._client.head_object(Bucket=self.bucket, Key=self.prefix + key)
        except ObjectMissing:
            return None
        return ObjectInfo(key, found["ContentLength"], found["LastModified"].astimezone(UTC))

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """See ObjectStore."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
        with self._errors(prefix):
            for page in pages:
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(self.prefix)
                    yield ObjectInfo(name, found["Size"], found["LastModified"].astimezone(UTC))

    def delete(self, keys: Iterable[str]) -> None:
        """See ObjectStore."""
        doomed = [self.prefix + key for key in keys]
        for start in range(0, len(doomed), _DELETE_AT_ONCE):
            batch: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in doomed[start : start + _DELETE_AT_ONCE]]
            with self._errors(""):
                self._refused(self._client.delete_objects(Bucket=self.bucket, Delete={"Objects": batch, "Quiet": True}))

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """See ObjectStore."""
        with scratch("download") as folder:
            path = folder / key.rpartition("/")[2]
            self.fetch(key, path)
            yield path

    def fetch(self, key: str, path: Path) -> None:
        """See ObjectStore."""
        with self._errors(key):
            download(self._client, self.bucket, self.prefix + key, path)

    def purge(self, keys: Iterable[str]) -> str | None:
        """See ObjectStore."""
        try:
            with self._errors(""):
                if "Status" not in self._client.get_bucket_versioning(Bucket=self.bucket):
                    return None
                for key in keys:
                    self._purge(self.prefix + key)
        except StoreError as error:
            return f"Earlier versions may remain in bucket {self.bucket}: {error} Remove them by hand."
        return None

    def sweep(self) -> int:
        """See ObjectStore."""
        swept = 0
        with self._errors(""):
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
                for upload in page.get("Uploads", ()):
                    if utcnow() - upload["Initiated"] > timedelta(days=1):
                        key, number = upload["Key"], upload["UploadId"]
                        self._client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=number)
                        swept += 1
        return swept

    def table_options(self) -> dict[str, str]:
        """See ObjectStore. Credentials are asked for anew each time, since those of a role expire."""
        with self._errors(""):
            found = self._session.get_credentials()
            keys = found.get_frozen_credentials() if found else None
        endpoint = self._client.meta.endpoint_url
        options = {"aws_region": self._region or self._client.meta.region_name or "us-east-1"}
        if keys and keys.access_key and keys.secret_key:
            options |= {"aws_access_key_id": keys.access_key, "aws_secret_access_key": keys.secret_key}
        if keys and keys.token:
            options["aws_session_token"] = keys.token
        if ".amazonaws.com" not in endpoint:
            options["aws_endpoint_url"] = endpoint
        if endpoint.lower().startswith("http://"):
            options["aws_allow_http"] = "true"
        return options

    def _signed(self, request: AWSRequest, **_values: Any) -> None:
        self._region = request.context.get("signing", {}).get("region") or self._region

    def _put_conditionally(self, key: str, data: bytes) -> None:
        with self._errors(key):
            self._client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=data, IfNoneMatch="*")

    def _check(self, key: str, data: bytes, etag: str | None) -> None:
        """A server's ETag is the MD5 of what it stored, unless it encrypts; then the bytes are read back."""
        if (etag or "").strip('"') == hashlib.md5(data, usedforsecurity=False).hexdigest():
            return
        if self.get(key) != data:
            raise DigestMismatch(f"{key}: {self.uri} stored other bytes than were sent; check the store.")

    def _purge(self, key: str) -> None:
        for page in self._client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=key):
            old = [*(v for v in page.get("Versions", ()) if not v["IsLatest"]), *page.get("DeleteMarkers", ())]
            doomed: list[ObjectIdentifierTypeDef] = [
                {"Key": v["Key"], "VersionId": v["VersionId"]} for v in old if v["Key"] == key
            ]
            if doomed:
                self._refused(self._client.delete_objects(Bucket=self.bucket, Delete={"Objects": doomed}))

    def _refused(self, answer: Any) -> None:
        if errors := answer.get("Errors"):
            raise StoreError(f"{self.uri}: {len(errors)} objects could not be deleted: {errors[0].get('Code')}.")

    def _errors(self, key: str) -> AbstractContextManager[None]:
        return s3_errors(self.uri, key, self.bucket, self._access)
