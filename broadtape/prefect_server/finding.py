"""Whether a Prefect server is there already: the one in PREFECT_API_URL, or the one that a schedule left a note of."""

from __future__ import annotations

import json
import os
import urllib.request
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from broadtape.errors import ServerFailed
from broadtape.prefect_server.client_headers import client_headers
from broadtape.prefect_server.home import prefect_home
from broadtape.prefect_server.secret import use_secret
from broadtape.urls.loopback import is_loopback

__all__ = ["answers", "find_server", "remember_server"]

_MOST = 10_000
_PATIENCE = 15.0
"""Seconds: where nobody listens, that is known at once; a server on a busy machine takes its time."""


def _note_path() -> Path:
    return prefect_home() / "broadtape-server.json"


def remember_server(api_url: str) -> None:
    """Lets later commands on this machine find the server that `schedule` started."""
    _note_path().parent.mkdir(parents=True, exist_ok=True)
    _note_path().write_text(json.dumps({"api_url": api_url}), "utf-8")


def find_server() -> str | None:
    """The API address of a server that answers: the one in PREFECT_API_URL, or the one `schedule` started here."""
    named, noted = os.environ.get("PREFECT_API_URL"), _noted()
    if named:
        if named.rstrip("/") == noted:
            use_secret()
        if why := _why_none(named):
            raise ServerFailed(f"The Prefect server at {without_credentials(named)} (PREFECT_API_URL) {why}.")
        return named
    if not noted or not answers(noted):
        return None
    use_secret()
    return noted


def _noted() -> str | None:
    try:
        noted = json.loads(_note_path().read_text("utf-8")).get("api_url")
    except (OSError, ValueError, AttributeError):
        return None
    return noted if isinstance(noted, str) else None


def answers(api_url: str, timeout: float = _PATIENCE) -> bool:
    """Whether a Prefect API answers there, and not something else that has a page for every address."""
    return _why_none(api_url, timeout) is None


def _why_none(api_url: str, timeout: float = _PATIENCE) -> str | None:
    """What is wrong with a Prefect API there, and what to do, as the end of a sentence; None where one answers."""
    if not _is_web_address(api_url.strip()):
        return "is no web address: correct it, or unset the variable"
    try:
        health = json.loads(_asked(f"{api_url.rstrip('/')}/health", timeout))
        if health is True and "message" in json.loads(_asked(f"{api_url.rstrip('/')}/ready", timeout)):
            return None
    except HTTPError as error:
        if error.code in (401, 403):
            return f"refuses us ({error.code}): set PREFECT_API_AUTH_STRING or PREFECT_API_KEY"
    except (OSError, HTTPException):
        return "does not answer: start it, or unset the variable"
    except (ValueError, TypeError):
        pass
    return "answers, and not as Prefect's API does: its address ends in /api mostly"


def _is_web_address(url: str) -> bool:
    try:
        return urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _asked(url: str, timeout: float) -> bytes:
    """The answer to a GET; no proxy is asked for this machine's own, whatever the environment says of proxies."""
    local = is_loopback(urlsplit(url).hostname or "")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({})) if local else urllib.request.build_opener()
    headers = {"User-Agent": "broadtape", **client_headers(url)}
    request = urllib.request.Request(without_credentials(url), headers=headers)  # noqa: S310 - the operator's address
    with opener.open(request, timeout=timeout) as response:
        answer: bytes = response.read(_MOST)
    return answer


def without_credentials(url: str) -> str:
    """`url` as it may be shown."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
