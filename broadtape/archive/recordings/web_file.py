"""A file on a web server, read by ranges where the server gives them; asked for again where it is slow to answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from broadtape.archive.recordings.ranged_file import Fetch, NoRanges
from broadtape.archive.stores.redaction import without_secrets
from broadtape.errors import ObjectMissing, StoreError
from broadtape.version import __version__

__all__ = ["download", "fetch_from", "read_up_to", "size_of"]

_PATIENCE = Retry(
    total=6,
    redirect=5,
    backoff_factor=0.5,
    status_forcelist=(429, 500, 502, 503, 504),
    raise_on_status=False,
    retry_after_max=30,
)
"""Common Crawl's servers answer 503 to who asks too often: some half a minute is waited for them."""
_TIMEOUT = Timeout(connect=10, read=60)
_ATTEMPTS = 4
"""How often an answer that breaks off is asked for again."""
_HEADERS = {"User-Agent": f"broadtape/{__version__}", "Accept-Encoding": "identity"}
_CHUNK = 2**20
_MISSING, _PARTIAL, _EMPTY = {404, 410}, 206, 416


def size_of(url: str) -> int:
    """Bytes of the file; raises ObjectMissing, NoRanges, StoreError."""
    with _answer(url, {"Range": "bytes=0-0"}) as answer:
        if answer.status == _EMPTY:
            return 0
        total = answer.headers.get("Content-Range", "").rpartition("/")[2]
        if answer.status != _PARTIAL or not total.isdecimal():
            raise NoRanges(f"{without_secrets(url)}: the server gives no part of a file, only all of it.")
        return int(total)


def fetch_from(url: str, size: int) -> Fetch:
    """What gives bytes of a file that had this `size` when it was met."""

    def fetch(offset: int, length: int) -> bytes:
        for left in reversed(range(_ATTEMPTS)):
            with _answer(url, {"Range": f"bytes={offset}-{offset + length - 1}"}) as answer:
                said = answer.headers.get("Content-Range", "")
                if answer.status != _PARTIAL or said != f"bytes {offset}-{offset + length - 1}/{size}":
                    raise StoreError(f"{without_secrets(url)}: the file has changed since it was begun. Run it again.")
                try:
                    found = answer.read(length)
                except HTTPError:
                    found = b""
            if len(found) == length or not left:
                break
        if len(found) < length:
            raise StoreError(f"{without_secrets(url)}: the answer broke off, however often it was asked for.")
        return found

    return fetch


def read_up_to(url: str, limit: int) -> bytes:
    """The whole file, of `limit` bytes at the most; raises StoreError for a longer one."""
    with _answer(url, {}) as answer:
        found = answer.read(limit + 1)
    if len(found) > limit:
        raise StoreError(f"{without_secrets(url)}: is longer than {limit:,} bytes.")
    return found


def download(url: str, path: Path) -> None:
    """The file as a local one."""
    with _answer(url, {}) as answer, path.open("wb") as file:
        while chunk := answer.read(_CHUNK):
            file.write(chunk)


@contextmanager
def _answer(url: str, headers: dict[str, str]) -> Iterator[BaseHTTPResponse]:
    """The answer to GET, its body unread; raises ObjectMissing and StoreError, also while it is read."""
    try:
        answer = _pool(url).request(
            "GET",
            url,
            headers={**_HEADERS, **headers},
            retries=_PATIENCE,
            timeout=_TIMEOUT,
            preload_content=False,
            decode_content=False,  # some servers take the packing of a .gz for the answer's
        )
    except (HTTPError, UnicodeError) as error:
        why = type(getattr(error, "reason", None) or error).__name__
        raise StoreError(f"{without_secrets(url)} cannot be had ({why}): check the address and the network.") from None
    try:
        if answer.status in _MISSING:
            raise ObjectMissing(f"{without_secrets(url)}: there is no such file (status {answer.status}).")
        if answer.status >= 400 and answer.status != _EMPTY:
            raise StoreError(f"{without_secrets(url)}: the server answered {answer.status}.")
        yield answer
    except HTTPError:
        raise StoreError(f"{without_secrets(url)}: the answer broke off.") from None
    finally:
        answer.close()
        answer.release_conn()


def _pool(url: str) -> PoolManager:
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    return _pool_by(None if not proxy or proxy_bypass(parts.hostname or "") else proxy)


@cache
def _pool_by(proxy: str | None) -> PoolManager:
    return ProxyManager(proxy, maxsize=8) if proxy else urllib3.PoolManager(maxsize=8)
