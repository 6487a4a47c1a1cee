"""A recorded piece of the web: which outlets it holds."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path

from broadtape.archive.warc import Head, scan
from broadtape.errors import UsageError
from broadtape.site import Site
from broadtape.urls import url_id

__all__ = ["outlets_in", "site_by_host"]


def site_by_host(sites: Mapping[str, Site]) -> dict[str, Site]:
    """The outlet of each host; of two outlets that share one, the first by name."""
    hosts: dict[str, Site] = {}
    for name in sorted(sites):
        for host in sites[name].hosts:
            hosts.setdefault(host, sites[name])
    return hosts


def outlets_in(path: Path, sites: Mapping[str, Site]) -> list[Site]:
    """The configured outlets of which the recording holds a listing, by name; disabled ones too.

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

    deque(scan(path, wanted), maxlen=0)
    found = [site for _, site in sorted(sites.items()) if held & {url_id(source.url) for source in site.listings}]
    if not found:
        raise UsageError(f"{path}: holds no feed or sitemap of a configured outlet; see 'broadtape sites list'.")
    return found
