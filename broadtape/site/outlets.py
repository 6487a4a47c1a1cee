"""Every configured outlet: the files under `config/sites/`, of which one that is broken costs its own outlet alone."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import TypeAdapter, ValidationError

from broadtape.errors import ConfigError, UnknownSite
from broadtape.site import Site, load_site
from broadtape.site.fields import Cron

__all__ = ["BrokenFile", "Outlets", "dump_sites", "load_sites", "pick_sites"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """An outlet's file that cannot be used; what can still be read of it says whose business that is."""

    why: str
    """File, key, value and the rule it broke."""
    enabled: bool
    cron: str

    @classmethod
    def of(cls, path: Path, error: ConfigError) -> Self:
        """What the lines of the file say by themselves, where it as a whole says nothing."""
        try:
            text = path.read_text("utf-8", "replace")
        except OSError:
            text = ""
        stated = re.search(r"(?m)^cron: *[\"']?([^\"'#\n]{1,80})", text)
        try:
            cron: str = TypeAdapter(Cron).validate_python(stated[1].strip() if stated else None)
        except ValidationError:
            cron = Site.model_fields["cron"].default
        return cls(str(error), bool(re.search(r"(?m)^enabled: *true\b", text)), cron)


class Outlets(dict[str, Site]):
    """Outlets by name, and those whose file is `broken`, which are not among them."""

    def __init__(self, sites: Mapping[str, Site], broken: Mapping[str, BrokenFile]) -> None:
        super().__init__(sites)
        self.broken = dict(broken)

    def require_all(self) -> None:
        """Raises ConfigError for the first broken file: for whoever handles pages of whatever outlet turns up."""
        for file in self.broken.values():
            raise ConfigError(file.why)

    def require(self, name: str) -> None:
        """Raises ConfigError where this outlet's file is broken."""
        if name in self.broken:
            raise ConfigError(self.broken[name].why)


def load_sites(folder: Path) -> Outlets:
    """Every outlet under `folder` by name, and what is wrong with each file that cannot be used."""
    sites, broken = {}, {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            sites[path.stem] = load_site(path)
        except ConfigError as error:
            broken[path.stem] = BrokenFile.of(path, error)
    return Outlets(sites, broken)


def pick_sites(sites: Mapping[str, T], names: Iterable[str]) -> list[T]:
    """The outlets of these names (or what else is kept by name), in this order.

    Raises UnknownSite with the nearest name, or ConfigError for an outlet whose file is broken.
    """
    picked = []
    for name in dict.fromkeys(names):
        if isinstance(sites, Outlets):
            sites.require(name)
        if name not in sites:
            near = difflib.get_close_matches(name, sites, n=1, cutoff=0.4)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise UnknownSite(f"There is no outlet {name!r}.{hint} 'broadtape sites list' shows them all.")
        picked.append(sites[name])
    return picked


def dump_sites(sites: Iterable[Site]) -> list[dict[str, Any]]:
    """The outlets as plain data, to hand to another process; `Site.model_validate` reads each back."""
    return [site.model_dump(mode="json") for site in sites]
