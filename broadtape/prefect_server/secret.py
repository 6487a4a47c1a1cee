"""The words that a server started here asks for. Whoever may start a flow on it runs code as its user, and loopback is
open to every user of the machine and to every web page in a browser on it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from broadtape.prefect_server.home import prefect_home

__all__ = ["PROFILES", "keep_profile", "secret_file", "server_settings", "standing_secret", "use_secret"]

_USER = "broadtape"
_OPERATORS = "PREFECT_SERVER_API_AUTH_STRING"
PROFILES = "profiles.toml"
_HEAD = "# Written by 'broadtape schedule': remove this line to keep the file as you make it.\n"


def secret_file() -> Path:
    """Where the words of a standing server are kept, for their user alone."""
    return prefect_home() / "broadtape-server.auth"


def standing_secret() -> str:
    """`user:password`, as Prefect takes it: the operator's own where the environment names it, else made up once.

    They are kept, so that a browser that was let in stays so.
    """
    path = secret_file()
    kept = _read(path)
    if kept and _OPERATORS not in os.environ:
        return kept
    made = os.environ.get(_OPERATORS) or f"{_USER}:{secrets.token_urlsafe(24)}"
    _write_private(path, f"{made}\n")
    return made


def use_secret(words: str | None = None) -> None:
    """Lets this process, and what it starts, ask the server: by these words, else by those kept on this machine."""
    known = words or _read(secret_file())
    if known:
        os.environ["PREFECT_API_AUTH_STRING"] = known  # what was set may be meant for another server


def server_settings(words: str, port: int) -> Mapping[str, str]:
    """What a server is started with, so that it answers to who knows `words`, and to no other site's pages."""
    return {_OPERATORS: words, "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port}"}


def keep_profile(api_url: str, words: str) -> bool:
    """Lets `prefect` commands under the same PREFECT_HOME find the server; False where it has profiles of its own."""
    path = prefect_home() / PROFILES
    if path.exists() and not path.read_text("utf-8").startswith(_HEAD):
        return False
    settings = {"PREFECT_API_URL": api_url, "PREFECT_API_AUTH_STRING": words}
    lines = [f'{name} = "{value}"' for name, value in settings.items()]
    _write_private(path, _HEAD + "\n".join(['active = "broadtape"', "[profiles.broadtape]", *lines, ""]))
    return True


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").strip() or None
    except OSError:
        return None


def _write_private(path: Path, text: str) -> None:
    """A file that is never, not for a moment, somebody else's to read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
