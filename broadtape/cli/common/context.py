"""What every command is called with: the configuration it runs under, loaded when it is first needed."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadtape.deprecation import Told

if TYPE_CHECKING:
    from broadtape.corpus import Corpus
    from broadtape.settings import Settings
    from broadtape.site import Site
    from broadtape.site.outlets import Outlets

__all__ = ["Invocation", "pass_invocation"]


@dataclass
class Invocation:
    """One call of the command: its global options, and what follows from them."""

    config: Path | None = None
    debug: bool = False

    @property
    def config_folder(self) -> str | None:
        """The configuration that was named, as jobs and flows take it; None where none was."""
        return str(self.config) if self.config else None

    @cached_property
    def settings(self) -> Settings:
        """The settings; raises ConfigError."""
        from broadtape.settings import load_settings

        return load_settings(self.config)

    @cached_property
    def sites(self) -> Outlets:
        """Every configured outlet by name; one whose file is broken is told of, and left out."""
        sites = self.settings.sites()
        for file in sites.broken.values():
            warnings.warn(f"left out: {file.why}", Told, stacklevel=2)
        return sites

    def site(self, name: str) -> Site:
        """One configured outlet; raises UnknownSite with the nearest name."""
        from broadtape.site.outlets import pick_sites

        return pick_sites(self.sites, [name])[0]

    def archive_uri(self, given: str | None) -> str:
        """The archive that was named, else that of the settings."""
        return given if given is not None else self.settings.archive

    def corpus(self, archive: str | None) -> Corpus:
        """The archive, opened for reading, whose outlets are its own and those configured; raises ArchiveError."""
        from broadtape import corpus

        configured = [path.stem for path in (self.settings.config / "sites").glob("*.yaml")]
        return corpus.open(self.archive_uri(archive), outlets=configured)


pass_invocation = click.make_pass_decorator(Invocation)
