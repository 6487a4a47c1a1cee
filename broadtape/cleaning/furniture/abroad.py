"""Where links lead: what an author points to on other sites, and the chapters of the page itself, are a part of the
story; what an outlet points to of its own is a menu or a list of other stories."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element

from broadtape.urls import host_of

__all__ = ["lead_below", "point_abroad"]

_MOSTLY = 0.6
_NETWORKS = frozenset(
    [
        "bsky.app", "facebook.com", "flipboard.com", "instagram.com", "linkedin.com", "pinterest.com", "reddit.com",
        "t.me", "threads.net", "tiktok.com", "twitter.com", "whatsapp.com", "x.com", "youtube.com",
    ]
)  # fmt: skip


def point_abroad(links: Sequence[_Element], url: str) -> bool:
    """Whether most of these links, on a page that lay at `url`, lead to other sites.

    Those to networks, and those with the page's host in their address, share the page or follow its outlet.
    """
    own = _owner(host_of(url))
    abroad = 0
    for link in links:
        href = link.get("href") or ""
        owner = _owner(host_of(href)) if href.startswith("http") else ""
        abroad += bool(owner) and owner != own and owner not in _NETWORKS and own not in href
    return abroad > _MOSTLY * len(links)


def lead_below(links: Sequence[_Element], url: str) -> bool:
    """Whether most of these links lead to addresses below the one that the page lay at: to its own chapters."""
    own = _path(url, "")
    below = sum(_path(url, link.get("href") or "").startswith(f"{own}/") for link in links)
    return bool(own) and below > _MOSTLY * len(links)


def _path(url: str, href: str) -> str:
    try:
        return urlsplit(urljoin(url, href.strip())).path.rstrip("/")
    except ValueError:
        return ""


def _owner(host: str) -> str:
    """The last two labels of a host: enough to tell that two hosts are not one outlet's."""
    return ".".join(host.split(".")[-2:])
