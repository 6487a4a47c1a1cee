"""A recorded piece of the web: which outlets it holds, and what of it is damaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broadtape.archive.warc import Damage, Head, scan
from broadtape.errors import UsageError
from broadtape.site import Site
from broadtape.urls import url_id

__all__ = ["Held", "held_in", "site_by_host"]


@dataclass(frozen=True, slots=True)
class Held:
    """What a recording holds for a run that it answers."""

    outlets: list[Site]
    damage: list[Damage]
    """Records that are passed over: what they held counts as not recorded."""


def site_by_host(sites: Mapping[str, Site]) -> dict[str, Site]:
    """The outlet of each host; of two outlets that share one, the first by name."""
    hosts: dict[str, Site] = {}
    for name in sorted(sites):
        for host in sites[name].hosts:
            hosts.setdefault(host, sites[name])
    return hosts


def held_in(path: Path, sites: Mapping[str, Site]) -> Held:
    """The configured outlets of which the recording holds a listing, by name, disabled ones too; and its damage.

    Hosts do not tell: several outlets of one publisher keep their feeds on the same one.

    Raises WarcError for a file that is no WARC, UsageError where it holds none of them.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file. Name a recording, a .warc or .warc.gz file.")
    held: set[int] = set()

    def wanted(head: Head) -> bool:
        if head.type == "response" and head.url:
            held.add(url_id(head.url))
        return False

    damage = [found for found in scan(path, wanted) if isinstance(found, Damage)]
    found = [site for _, site in sorted(sites.items()) if held & {url_id(source.url) for source in site.listings}]
    if not found:
        raise UsageError(f"{path}: holds no feed or sitemap of a configured outlet; see 'broadtape sites list'.")
    return Held(found, damage)
