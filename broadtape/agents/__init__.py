"""The archive as tools for language models, over the Model Context Protocol. Only here is its SDK imported."""

from __future__ import annotations

from broadtape.agents.server import archive_server

__all__ = ["archive_server"]
