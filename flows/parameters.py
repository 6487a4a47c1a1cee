"""Parameters that several flows take, as their forms and the schedule's describe them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

__all__ = ["ArchiveUri", "ConfigFolder"]

ArchiveUri = Annotated[str | None, Field(description="Where the archive lies, if not where the settings say.")]
ConfigFolder = Annotated[str | None, Field(description="Folder that holds broadtape.toml and sites/.")]
