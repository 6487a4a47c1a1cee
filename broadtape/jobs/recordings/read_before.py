"""Which recordings elsewhere were read to their ends, so that a run that goes on need not transfer them again.

A note for each folder that they lie in, by the outlets that they were read for. It can be lost without harm: what is
read again adds nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from broadtape import __version__
from broadtape.archive import Archive
from broadtape.archive.recordings import Recording
from broadtape.errors import StoreError
from broadtape.site import Site

__all__ = ["ReadBefore"]

_DECIDE = {"name", "hosts", "article_patterns", "exclude_patterns", "allow_robots_token", "article_number_pattern"}
"""What of an outlet's file decides which records are its pages."""


class ReadBefore:
    """What an archive knows of recordings, as far as it was read for at least these outlets."""

    def __init__(self, archive: Archive, sites: Iterable[Site]) -> None:
        told = [site.model_dump_json(include=_DECIDE) for site in sorted(sites, key=lambda site: site.name)]
        self._archive = archive
        self._outlets = hashlib.sha256(json.dumps([__version__, *told]).encode()).hexdigest()
        self._folders: dict[str, dict[str, Any]] = {}

    def holds(self, file: Recording) -> bool:
        """Whether this file, as long as it is now where that is known, was read to its end and all of it committed."""
        if not file.remote:
            return False
        known = self._folder(file).get(file.name)
        return known is not None and file.size in {None, known}

    def keep(self, files: Iterable[Recording]) -> None:
        """Notes that these were."""
        changed: dict[str, Mapping[str, Any]] = {}
        for file in files:
            if file.remote:
                self._folder(file)[file.name] = file.size
                changed[_key(file)] = self._folder(file)
        for key, known in changed.items():
            with suppress(StoreError):  # what is not noted is read again, and adds nothing
                self._archive.save_state(key, {"outlets": self._outlets, "files": known})

    def _folder(self, file: Recording) -> dict[str, Any]:
        key = _key(file)
        if key not in self._folders:
            state = self._archive.load_state(key)
            files = state.get("files") if state.get("outlets") == self._outlets else None
            self._folders[key] = files if isinstance(files, dict) else {}
        return self._folders[key]


def _key(file: Recording) -> str:
    folder = file.address.rpartition("/")[0]
    return f"backfill/{hashlib.sha256(f'{folder} {file.access.endpoint}'.encode()).hexdigest()[:32]}"
