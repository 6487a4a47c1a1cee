"""What a page says about the story itself: whose it is, whether it is whole, who or what made it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadtape.cleaning.page.head import Head, first_meta, fold
from broadtape.cleaning.page.json_ld import as_list, text_of
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
_TEASER, _TEASER_UNDER_OFFER = 250, 400
# That there is a rest which is not here.
_REST = re.compile(
    r"(?i)il vous reste|la suite (?:est|de)|continue reading|keep reading|to (?:read|continue)|the (?:rest|full) "
    r"(?:of )?(?:this |the )?(?:article|story)|weiterlesen|den ganzen artikel|sigue leyendo|continua a leggere|"
    r"continue lendo|会員限定|続きを読む|阅读全文"
)
_SECTIONS = ("article:section", "section", "parsely-section", "sailthru.section", "cxenseparse:category")
_NO_SECTION = frozenset(
    {
        "post",
        "posts",
        "article",
        "articles",
        "page",
        "story",
        "content",
        "default",
        "uncategorized",
        "front page",
        "home",
    }
)
_BETWEEN_TAGS = re.compile(r"\s*[,;|]\s*(?![^()]{0,80}\))")
_NO_TAG = re.compile(
    r"(?i)[@_/{#]|https?:|[\w-]+:\S|\S*_\S*$|[0-9a-f]{8}-[0-9a-f-]{20,}$|[0-9a-f]{16,}$|\d+$|"
    r"(?:nlp )?(?:category|section|subsection|site ?group|day|time|page type|article type|wc|language|subject|partner|"
    r"source|channel): "
)
_CODE = re.compile(r"[A-Z0-9.&-]{2,14}")
_SEVERAL = 2
_MOSTLY_CODES = 0.6
_FALSE = frozenset({"false", "no", "0"})
_LOCKED = frozenset({"locked", "metered", "premium", "paid", "subscription", "subscriber"})


def is_paywalled(head: Head, marker: str | None, words: int) -> bool | None:
    """True where the page gave only part of the story, by its own statement or by a `marker`, a line that says so.

    A line that only offers a subscription, and a statement that the story is not free, stand below whole stories as
    well: then the length tells.
    """
    story = head.data.story
    free = story.get("isAccessibleForFree")
    stated = str(free).strip().lower() in _FALSE if free is not None else None
    tier = (first_meta(head, "article:content_tier", "cxenseparse:articlestatus") or "").lower()
    whole = _stated_words(story)
    if marker and (_REST.search(marker) or words < _TEASER_UNDER_OFFER):
        return True
    if stated or tier in _LOCKED:
        return words < whole * 0.7 if whole else words < _TEASER
    return False if free is not None or tier == "free" or marker else None


def _stated_words(story: dict[str, object]) -> int:
    count = text_of(str(story.get("wordCount") or ""))
    return int(count) if count and count.isdigit() and len(count) < 6 else 0


def syndicated_from(head: Head, flagged: str | None, text: str) -> str | None:
    """Host or name of the outlet that ran the story first, as the page says: a marker, a canonical address
    elsewhere, a wire's dateline."""
    own = _site_of(host_of(head.url))
    if flagged and _site_of(flagged) != own and fold(flagged) not in {fold(n) for n in head.outlet_names}:
        return flagged.strip().rstrip(".")
    if own and head.canonical and (host := host_of(head.canonical)) and _site_of(host) != own:
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
    """The section the page puts the story in; not what only says that it is a story, nor the outlet's name."""
    stated = (text_of(head.data.story.get("articleSection")), *(first_meta(head, name) for name in _SECTIONS))
    for value in stated:
        if value and (named := _section(value, head)):
            return named
    for crumbs in head.data.of_type("BreadcrumbList"):
        names = [_crumb(item) for item in as_list(crumbs.get("itemListElement"))]
        named_so = [n for n in names if n and fold(n) not in ("home", "startseite", "accueil", "inicio")]
        if len(named_so) > 1:
            return named_so[-2][:120]
    return None


def _section(value: str, head: Head) -> str | None:
    """Of `markets,home,popular`, `news_news` and `News - News` the first."""
    first = re.split(r",(?! )| - |(?<=\w)_(?=\w)", value)[0].strip()
    if not first or first.startswith("http") or fold(first) in _NO_SECTION or re.search(r"\w\.\w{2,4}$", first):
        return None
    return None if fold(first) in map(fold, head.outlet_names) else first[:120]


def _crumb(item: object) -> str | None:
    if not isinstance(item, dict):
        return None
    return text_of(item.get("name")) or text_of(item.get("item"))


def tags_of(head: Head) -> tuple[str, ...]:
    """The page's own keywords, each once, in its order; what only its systems understand is left out."""
    stated = [value for v in as_list(head.data.story.get("keywords")) if (value := text_of(v))]
    tags = [*_keywords(stated), *_keywords(head.metas.get("article:tag", ()))]
    if not tags:
        tags = _keywords([first_meta(head, "news_keywords", "keywords", "parsely-tags", "sailthru.tags") or ""])
    unique = {fold(tag): tag.strip() for tag in reversed(tags) if 1 < len(tag) <= 80 and not _NO_TAG.match(tag.strip())}
    found = list(dict.fromkeys(unique[fold(tag)] for tag in tags if fold(tag) in unique))
    codes = [tag for tag in found if _CODE.fullmatch(tag)]
    if len(codes) >= _MOSTLY_CODES * max(len(found), 6):
        found = [tag for tag in found if tag not in codes]
    return tuple(found[:40])


def _keywords(values: Sequence[str]) -> list[str]:
    """A list of several has one keyword each, which may have a comma of its own; one text has them all."""
    return [
        tag
        for value in values
        for tag in ([value] if len(values) > 1 and value.count(",") < _SEVERAL else _BETWEEN_TAGS.split(value))
    ]


def summary_of(head: Head) -> str | None:
    """The page's own summary of the story."""
    stated = first_meta(head, "og:description", "description", "twitter:description", "dc.description")
    return text_of(head.data.story.get("description")) or stated
