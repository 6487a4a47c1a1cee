"""What a page says about the story itself: whose it is, whether it is whole, who or what made it."""

from __future__ import annotations

import re

from broadtape.cleaning.head import Head, first_meta, fold
from broadtape.cleaning.structured import as_list, text_of
from broadtape.urls import host_of

__all__ = ["is_paywalled", "section_of", "summary_of", "syndicated_from", "tags_of"]

_WIRE = re.compile(
    r"(?:^|[\s,.])[^.]{0,60}?\((Reuters|AP|AFP|Bloomberg|Xinhua|ANI|PTI|GLOBE NEWSWIRE|BUSINESS WIRE|"
    r"Dow Jones|dpa|ANSA|EFE)\)\s*[-–—]"
)
_PR_WIRE = re.compile(r"/(PRNewswire(?:-[\w ]+)?|CNW|ACCESSWIRE|EINPresswire)\s?/")
_WIRE_HOSTS = {
    "Reuters": "reuters.com", "AP": "apnews.com", "AFP": "afp.com", "Bloomberg": "bloomberg.com",
    "GLOBE NEWSWIRE": "globenewswire.com", "BUSINESS WIRE": "businesswire.com", "Dow Jones": "dowjones.com",
    "Xinhua": "xinhuanet.com", "dpa": "dpa.com", "ANSA": "ansa.it", "EFE": "efe.com", "ANI": "aninews.in",
    "PTI": "ptinews.com",
}  # fmt: skip
_OPENING = 300
_FALSE = frozenset({"false", "no", "0"})
_LOCKED = frozenset({"locked", "metered", "premium", "paid", "subscription", "subscriber"})


def is_paywalled(head: Head, flagged: bool, words: int) -> bool | None:
    """True where the page gave only part of the story: its own statement and a short text, or a marker in it."""
    story = head.data.story
    free = story.get("isAccessibleForFree")
    stated = str(free).strip().lower() in _FALSE if free is not None else None
    tier = (first_meta(head, "article:content_tier", "cxenseparse:articlestatus") or "").lower()
    whole = _stated_words(story)
    if flagged:
        return True
    if stated or tier in _LOCKED:
        return words < whole * 0.7 if whole else words < 250
    return False if free is not None or tier == "free" else None


def _stated_words(story: dict[str, object]) -> int:
    count = text_of(str(story.get("wordCount") or ""))
    return int(count) if count and count.isdigit() and len(count) < 6 else 0


def syndicated_from(head: Head, flagged: str | None, text: str) -> str | None:
    """Host or name of the outlet that ran the story first, as the page says: a marker, a canonical address
    elsewhere, a wire's dateline."""
    own = _site_of(host_of(head.url))
    if flagged and _site_of(flagged) != own and fold(flagged) not in {fold(n) for n in head.outlet_names}:
        return flagged.strip().rstrip(".")
    if head.canonical and (host := host_of(head.canonical)) and _site_of(host) != own:
        return host.removeprefix("www.")
    opening = text[:_OPENING]
    if match := _WIRE.search(opening):
        host = _WIRE_HOSTS[match[1]]
        return host if _site_of(host) != own else None
    if (match := _PR_WIRE.search(opening)) and "PRN" in match[1].upper() and own != "prnewswire":
        return "prnewswire.com"
    return None


def _site_of(host: str) -> str:
    """The name a host is known by: `reuters` of `www.reuters.com` and of `uk.reuters.com`."""
    parts = [p for p in host.lower().split(":")[0].split(".") if p not in ("www", "co", "com", "org", "net", "gov")]
    return parts[-2] if len(parts) > 1 and len(parts[-1]) == 2 else parts[-1] if parts else ""


def section_of(head: Head) -> str | None:
    """The section the page puts the story in."""
    stated = text_of(head.data.story.get("articleSection")) or first_meta(
        head, "article:section", "section", "parsely-section", "sailthru.section", "cxenseparse:category"
    )
    if stated and not stated.startswith("http"):
        return stated[:120]
    for crumbs in head.data.of_type("BreadcrumbList"):
        names = [_crumb(item) for item in as_list(crumbs.get("itemListElement"))]
        named = [n for n in names if n and fold(n) not in ("home", "startseite", "accueil", "inicio")]
        if len(named) > 1:
            return named[-2][:120]
    return None


def _crumb(item: object) -> str | None:
    if not isinstance(item, dict):
        return None
    return text_of(item.get("name")) or text_of(item.get("item"))


def tags_of(head: Head) -> tuple[str, ...]:
    """The page's own keywords, each once, in its order."""
    values = [text_of(v) for v in as_list(head.data.story.get("keywords"))]
    values += list(head.metas.get("article:tag", ()))
    if not any(values):
        values += [first_meta(head, "news_keywords", "keywords", "parsely-tags", "sailthru.tags")]
    tags = [tag.strip() for value in values if value for tag in re.split(r"\s*[,;|]\s*", value)]
    unique = {fold(tag): tag for tag in reversed(tags) if 1 < len(tag) <= 80 and not tag.startswith(("http", "{"))}
    return tuple(dict.fromkeys(unique[fold(tag)] for tag in tags if fold(tag) in unique))[:40]


def summary_of(head: Head) -> str | None:
    """The page's own summary of the story."""
    stated = first_meta(head, "og:description", "description", "twitter:description", "dc.description")
    return text_of(head.data.story.get("description")) or stated
