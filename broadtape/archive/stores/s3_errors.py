"""What boto3 and the server say, as one sentence of ours, without keys or signatures."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from broadtape.archive.stores.access import Access
from broadtape.archive.stores.redaction import without_secrets
from broadtape.errors import ObjectMissing, StoreError, StoreUnusable

__all__ = ["Conditionless", "Unconditional", "no_server", "s3_errors"]

_MISSING = {"NoSuchKey", "404", "NotFound", "InvalidRange", "416"}
_CONDITION = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}
_KEYS = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"}
_REGION = {"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException", "301"}


class Unconditional(StoreError):
    """The object was not created because one is there, or is just being made."""


class Conditionless(StoreError):
    """The server knows no conditional writes."""


@contextmanager
def s3_errors(uri: str, key: str, bucket: str, access: Access) -> Iterator[None]:
    """Raises ObjectMissing, Unconditional, Conditionless or StoreError for whatever boto3 raises."""
    where = _endpoint(access)
    try:
        yield
    except ClientError as error:
        raise _refusal(error, uri, key, bucket, access) from None
    except (NoCredentialsError, PartialCredentialsError):
        raise StoreUnusable(
            f"There are no complete credentials for {uri}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or AWS_PROFILE."
        ) from None
    except (IncompleteReadError, ResponseStreamingError):
        raise StoreError(f"{uri}/{key}: the answer of {where} broke off, however often it was asked.") from None
    except ProxyConnectionError as error:
        proxy = without_secrets(str(error.kwargs.get("proxy_url", "")))
        raise StoreError(
            f"The proxy {proxy} cannot be reached on the way to {where}: check http_proxy, https_proxy and no_proxy."
        ) from None
    except (BotoConnectionError, HTTPClientError, ReadTimeoutError) as error:
        raise StoreError(
            f"{where} cannot be reached for {uri} ({type(error).__name__}): check {_setting(access)} and the network."
        ) from None
    except RecursionError:  # boto3 asks a redirect that names no region for the region, is redirected, and so on
        raise StoreUnusable(
            f"{where} sends requests for {uri} on to another address: name that one in {_setting(access)}, https:// in "
            "place of http:// perhaps."
        ) from None
    except (BotoCoreError, ValueError) as error:
        told = without_secrets(str(error).splitlines()[0].rstrip("."))
        if isinstance(error, ValueError) and "Invalid endpoint" in told:
            told += ", where http:// or https:// and a host are expected"
        raise StoreUnusable(f"{uri}: the S3 settings do not work: {told}.") from None
    except OSError as error:
        where = f" in {Path(error.filename).parent}" if error.filename else f" in {tempfile.gettempdir()}"
        advice = "Free some space there." if error.errno in {errno.ENOSPC, errno.EDQUOT} else "Check that folder."
        raise StoreError(f"{uri}/{key}: {error.strerror or error}{where} of this machine. {advice}") from None


def _refusal(error: ClientError, uri: str, key: str, bucket: str, access: Access) -> StoreError:
    code = str(error.response.get("Error", {}).get("Code") or "")
    if code in _MISSING:
        return ObjectMissing(f"{key}: there is no such object, or not these bytes of it, in {uri}.")
    if code in _CONDITION:
        return Unconditional(f"{key}: {uri} has an object of this name already.")
    if code in {"NotImplemented", "501"} and error.operation_name == "PutObject":
        return Conditionless(f"{key}: {uri} knows no conditional writes.")
    return _unusable(error, code, uri, bucket, access) or _denied(error, code, uri, key, bucket, access)


def _unusable(error: ClientError, code: str, uri: str, bucket: str, access: Access) -> StoreError | None:
    """What no waiting mends, and a setting does."""
    where = _endpoint(access)
    if code == "NoSuchBucket":
        return StoreUnusable(f"There is no bucket {bucket!r} at {where}; create it or correct the address {uri}.")
    if code in _KEYS:
        return StoreUnusable(f"{where} does not accept the credentials for {uri} ({code}); check the AWS_* variables.")
    if code in _REGION:
        region = error.response.get("Error", {}).get("Region")
        lies = f"the region {region}" if region else "another region"
        return StoreUnusable(f"Bucket {bucket} lies in {lies}, says {where}: set AWS_DEFAULT_REGION.")
    return None


def _denied(error: ClientError, code: str, uri: str, key: str, bucket: str, access: Access) -> StoreError:
    message = str(error.response.get("Error", {}).get("Message", "")).lower()
    status, where = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0), _endpoint(access)
    if code == "RequestTimeTooSkewed":
        return StoreError(
            f"{where} refuses requests for {uri} since this machine's clock is off by many minutes: set it."
        )
    if "checksum" in message or code in {"MissingContentMD5", "XAmzContentSHA256Mismatch", "MalformedTrailerError"}:
        return StoreError(
            f"{uri}/{key}: the store does not take the check sums that were sent ({status} {code}): try "
            "AWS_REQUEST_CHECKSUM_CALCULATION=when_required."
        )
    if code in {"AccessDenied", "403", "Forbidden"}:
        if access.anonymous:
            return StoreError(f"Access to {uri}/{key} is denied to who sends no credentials; leave out --anonymous.")
        return StoreError(
            f"Access to {uri}/{key} is denied; these credentials need more rights on bucket {bucket} "
            f"({error.operation_name} was refused)."
        )
    if not code:
        return StoreError(
            f"{where} answered {status} for {uri}, and not as an S3 server does: check {_setting(access)}, and what "
            "stands before the server."
        )
    return StoreError(f"{uri}/{key}: the store answered {status} {code}.")


def no_server(uri: str, access: Access) -> StoreUnusable:
    """For an answer that no S3 server gives."""
    return StoreUnusable(f"What answers at {_endpoint(access)} for {uri} is no S3 server: check {_setting(access)}.")


def _setting(access: Access) -> str:
    return "--endpoint" if access.endpoint else "AWS_ENDPOINT_URL"


def _endpoint(access: Access) -> str:
    told = access.endpoint or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "AWS S3"
    return without_secrets(told)
