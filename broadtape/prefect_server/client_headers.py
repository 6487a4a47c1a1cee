"""How Prefect's own client shows who asks, for a process that has not imported it: a server may lie behind a proxy that
asks everybody, for `/health` too."""

from __future__ import annotations

import base64
import json
import os
from urllib.parse import unquote, urlsplit

__all__ = ["client_headers"]


def client_headers(api_url: str) -> dict[str, str]:
    """The headers of a request: those in PREFECT_CLIENT_CUSTOM_HEADERS, and a key, or a name and a password, where the
    environment or the address has them."""
    headers = _custom()
    if key := os.environ.get("PREFECT_API_KEY"):
        return {**headers, "Authorization": f"Bearer {key}"}
    words = os.environ.get("PREFECT_API_AUTH_STRING") or unquote(urlsplit(api_url).netloc.rpartition("@")[0])
    if words:
        return {**headers, "Authorization": f"Basic {base64.b64encode(words.encode()).decode()}"}
    return headers


def _custom() -> dict[str, str]:
    try:
        told = json.loads(os.environ.get("PREFECT_CLIENT_CUSTOM_HEADERS") or "{}")
    except ValueError:  # Prefect says so itself once it is imported
        return {}
    return {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else {}
