"""Addresses as they may be shown."""

from __future__ import annotations

import re

__all__ = ["without_secrets"]

_USER = re.compile(r"//[^/\s@]{1,1000}@")


def without_secrets(text: str) -> str:
    """The text without what stands before the `@` of addresses in it: a name and a password."""
    return _USER.sub("//", text)
