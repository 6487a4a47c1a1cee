"""The reading room: the archive in a browser. Server-rendered, read-only, and safe against what it shows.

Nothing but this package imports a web server; it reads through `broadtape.corpus` alone.
"""

from __future__ import annotations

from broadtape.web.application import application
from broadtape.web.held_text import Examine, HeldText
from broadtape.web.room_settings import RoomSettings
from broadtape.web.server import serve

__all__ = ["Examine", "HeldText", "RoomSettings", "application", "serve"]
