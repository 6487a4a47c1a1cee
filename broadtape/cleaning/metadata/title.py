"""A story's headline, without the outlet's name."""

from __future__ import annotations

from broadtape.cleaning.metadata.title_parts import SEPARATOR, clean_title, without_outlet
from broadtape.cleaning.page.head import Head, first_meta, fold
from broadtape.cleaning.page.json_ld import text_of, types_of

__all__ = ["headline", "titles_of"]

_ALIKE, _AKIN, _HALF = 0.3, 0.1, 0.5
"""Of the words of a heading and another statement those in common: from the first on it is the headline, from the
second on where the page has no other heading, and from half of the best of them on the earlier one is. So measured on
some 800 real pages, where search engines are told another headline than readers on one in ten."""
_LONG = 4
"""Letters of a word that is more than an article or a preposition."""
_SHARED = ("og:title", "twitter:title", "dc.title", "sailthru.title", "parsely-title")


def headline(head: Head, stated: str | None = None) -> str | None:
    """The headline: what the page shows as such, unless its JSON-LD words it for a news outlet; then what `og:title`
    and `title` say.

    `stated` is what the outlet's own selector found, which rules.
    """
    if stated:
        return without_outlet(stated, head.outlet_names)
    schema = clean_title(text_of(head.data.story.get("headline")), head)
    shared = clean_title(first_meta(head, *_SHARED), head)
    page = clean_title(head.page_title, head)
    shown = _shown(head, [schema, shared, page])
    if shown and (not schema or _is_of_a_blog(head) or _extends(schema, shown)):
        return _without_kicker(shown, schema, shared, page)
    candidates = [c for c in (schema, _whole(shared, page), shown, page) if c]
    if not candidates:
        return None
    if schema and _cut_short(schema):
        candidates = [c for c in candidates if not _cut_short(c)] or candidates
    if schema and (bare := next((t for t in (shared, shown) if t and _is_behind_kicker(t, schema)), None)):
        return bare
    votes = {fold(c): sum(fold(c) == fold(o) for o in (schema, shared, shown) if o) for c in candidates}
    return max(candidates, key=lambda c: (votes[fold(c)] > 1, -candidates.index(c)))


def titles_of(head: Head, title: str | None = None) -> list[str]:
    """All wordings of the headline on a page: none of them is a paragraph of the story."""
    schema = text_of(head.data.story.get("headline"))
    shared = first_meta(head, "og:title", "twitter:title")
    stated = [title, schema, shared, head.page_title, _shown(head, [title, schema, shared])]
    if len(head.headings) == 1:
        stated.append(head.headings[0])
    return list(dict.fromkeys(w for t in stated if t for w in (t, without_outlet(t, head.outlet_names)) if w))


def _shown(head: Head, others: list[str | None]) -> str | None:
    """The visible heading that is the headline: the first that agrees well with another statement, or the only one."""
    told = [fold(o) for o in others if o]
    headings = {title: 0.0 for heading in head.headings or head.subheadings if (title := clean_title(heading, head))}
    for title in headings:
        headings[title] = max((_likeness(fold(title), other) for other in told), default=0.0)
    best = max(headings.values(), default=0.0)
    if best >= _ALIKE:
        return next(title for title, likeness in headings.items() if likeness >= best * _HALF)
    only = next(iter(headings)) if head.headings and len(headings) == 1 else None
    return only if only and (not told or (best >= _AKIN and _is_akin(fold(only), told))) else None


def _is_akin(heading: str, told: list[str]) -> bool:
    """Whether a heading shares more than small words with other statements, and is no name that stands behind them."""
    common = set(heading.split()).intersection(word for other in told for word in other.split())
    return any(len(word) >= _LONG for word in common) and not any(f" {heading}" in other for other in told)


def _likeness(one: str, other: str) -> float:
    ours, theirs = set(one.split()), set(other.split())
    return len(ours & theirs) / max(1, len(ours | theirs))


def _is_of_a_blog(head: Head) -> bool:
    """Whether the page's JSON-LD calls it a post: what fills that in words its headline for search engines."""
    return "BlogPosting" in types_of(head.data.story)


def _without_kicker(shown: str, *others: str | None) -> str:
    """The visible headline, without what stands before it in the same heading where another statement is the rest; as
    that statement has it where it goes on with what stands before."""
    return next((title for title in others if title and (_is_end_of(title, shown) or _is_turned(title, shown))), shown)


def _is_turned(title: str, shown: str) -> bool:
    return fold(title) != fold(shown) and sorted(fold(title).split()) == sorted(fold(shown).split())


def _is_end_of(title: str, shown: str) -> bool:
    """Whether a visible heading is a title behind a kicker."""
    return len(fold(title)) < len(fold(shown)) and fold(shown).endswith(f" {fold(title)}")


def _is_behind_kicker(title: str, schema: str) -> bool:
    return ": " in schema and fold(schema).endswith(fold(title))


def _whole(shared: str | None, page: str | None) -> str | None:
    """A shared title, or that of the page where the first ends at a quotation mark, which closes an attribute."""
    return page if shared and page and page.startswith(shared) and page[len(shared) :].lstrip()[:1] == '"' else shared


def _extends(title: str | None, shown: str) -> bool:
    """Whether a title is the visible headline with something set apart behind it."""
    return bool(title and title.startswith(shown) and SEPARATOR.match(title, len(shown)))


def _cut_short(title: str) -> bool:
    return title.endswith(("...", "…"))
