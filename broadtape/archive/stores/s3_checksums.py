"""Check sums of what is sent to S3: Content-MD5, which every store knows.

boto3 has sent CRC32 sums, and framed bodies that carry them, since 1.36. Older MinIO and Ceph, R2, B2 and others refuse
these, ask for an MD5 when objects are deleted, or store the framing with the object. An MD5 is verified by all of them,
and by AWS; what came to lie there is compared afterwards all the same. `AWS_REQUEST_CHECKSUM_CALCULATION` is heeded.
"""

from __future__ import annotations

import base64
import hashlib
import os
from typing import TYPE_CHECKING, Any

from botocore.config import Config

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from mypy_boto3_s3 import S3Client

__all__ = ["checksum_settings", "send_md5"]

_OPERATORS = "AWS_REQUEST_CHECKSUM_CALCULATION"
_SENDING = ("PutObject", "UploadPart", "DeleteObjects")
_OTHERS = ("x-amz-checksum-", "x-amz-sdk-checksum-algorithm", "x-amz-trailer")


def checksum_settings() -> Config:
    """No sums but those that are required, where the operator has not said otherwise."""
    if _OPERATORS in os.environ:
        return Config()
    return Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")


def send_md5(client: S3Client) -> None:
    """Has `client` send the MD5 of what it sends, and no other sum."""
    if os.environ.get(_OPERATORS, "").lower() == "when_supported":
        return
    for operation in _SENDING:
        client.meta.events.register(f"before-sign.s3.{operation}", _md5_alone)


def _md5_alone(request: AWSRequest, **_values: Any) -> None:
    body = _bytes(request.body)
    for name in [name for name in request.headers if name.lower().startswith(_OTHERS)]:
        del request.headers[name]
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    del request.headers["Content-MD5"]
    request.headers["Content-MD5"] = base64.b64encode(digest).decode()


def _bytes(body: Any) -> bytes:
    """The body, which botocore holds as bytes or as a file that it reads from where it stands."""
    if not hasattr(body, "read"):
        return bytes(body or b"")
    start = body.tell()
    data: bytes = body.read()
    body.seek(start)
    return data
