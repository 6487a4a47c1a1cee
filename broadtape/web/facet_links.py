"""The ways on from an answer: each value that narrows it, with how many stories are then left, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from broadtape.corpus.facets import Facets
from broadtape.web.page_query import PageQuery

__all__ = ["Choice", "FacetLinks", "Group", "facet_links"]

_PATH = "/search"
_SHOWN = 10
_TITLES = {"site": "Outlet", "ticker": "Ticker", "language": "Language", "section": "Section"}
_TIMES = {"since": "from", "until": "to"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value and where it leads."""

    label: str
    link: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The commonest values of one kind."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    others: int
    """Values that are not shown."""


@dataclass(frozen=True, slots=True)
class FacetLinks:
    """All that is beside an answer."""

    groups: tuple[Group, ...]
    chosen: tuple[Choice, ...]
    """Filters in force, each with the same question without it."""


def facet_links(asked: PageQuery, facets: Facets, titles: Mapping[str, str]) -> FacetLinks:
    """The links of a search page. A kind of which one value alone is left is not offered: it narrows nothing."""
    groups = [_group(asked, name, facets, titles) for name in _TITLES]
    offered = tuple(group for group in groups if len(group.choices) > 1)
    return FacetLinks(offered, tuple(_chosen(asked, titles)))


def _group(asked: PageQuery, name: str, facets: Facets, titles: Mapping[str, str]) -> Group:
    values = next((values for each, values in facets.values.items() if each == name), ())
    told = _telling(name, titles)
    shown = [Choice(told(value), asked.again(_PATH, **{name: value}), count) for value, count in values[:_SHOWN]]
    return Group(name, _TITLES[name], tuple(shown), len(values) - len(shown))


def _chosen(asked: PageQuery, titles: Mapping[str, str]) -> Iterator[Choice]:
    for name in _TITLES:
        values: tuple[str, ...] = getattr(asked, name)
        told = _telling(name, titles)
        for value in values:
            rest = tuple(each for each in values if each != value)
            yield Choice(told(value), asked.again(_PATH, **{name: rest}))
    for name, word in _TIMES.items():
        if asked.given.get(name):
            yield Choice(f"{word} {asked.given[name]}", asked.again(_PATH, **{name: None}))


def _telling(name: str, titles: Mapping[str, str]) -> Callable[[str], str]:
    return (lambda value: titles.get(value, value)) if name == "site" else str
