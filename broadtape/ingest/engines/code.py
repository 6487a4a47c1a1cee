"""Which code a process runs: what two machines must agree on before one does the other's work."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import broadtape
from broadtape.cleaning.extractor import extractor_id

__all__ = ["code_version"]

_DECISIVE = ("trafilatura", "lxml", "htmldate", "justext")
"""Libraries whose release changes what comes of a page."""


@cache
def code_version() -> str:
    """The release, a digest of the package's sources and data, Python, the libraries that decide, the general rules."""
    root = Path(broadtape.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".yaml", ".tsv", ".txt"}:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    libraries = " ".join(f"{name} {version(name)}" for name in _DECISIVE)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    rules = extractor_id().rpartition("/")[2]  # in a checkout they lie outside of the package
    return f"broadtape {broadtape.__version__} ({digest.hexdigest()[:12]}), Python {python}, {libraries}, rules {rules}"
