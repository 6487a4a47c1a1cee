"""An outlet: one YAML file under `config/sites/`, named as the outlet, read into a `Site`.

A wrong value is answered with file, key, value and the rule it broke.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from broadtape.deprecation import Renamed, renamed_keys
from broadtape.errors import ConfigError
from broadtape.site.fields import Cron, Host, Name, Parameter, Pattern, Span, Url
from broadtape.site.yaml_file import keys_of
from broadtape.urls import AddressRules, host_of
from broadtape.wrong_values import explain

__all__ = ["FORMER_KEYS", "BoilerplateRule", "Selectors", "Site", "Source", "load_site"]

Action = Literal["drop_line", "strip_label", "drop_block", "cut_tail", "flag", "drop_inline", "strip_credit", "keep"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_timedelta="float")


class Source(_Model):
    """Where an outlet lists its stories: a feed, a news sitemap, an archive sitemap or a section page."""

    url: Url
    """May hold `{yyyy}`, `{mm}`, `{dd}` and `{page}` in an archive sitemap."""
    note: str | None = None
    """Where this fact comes from, when it is not obvious."""


def _source(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


Sources = tuple[Annotated[Source, BeforeValidator(_source)], ...]


def _either(patterns: object) -> object:
    return "|".join(map(str, patterns)) if isinstance(patterns, list) else patterns


class BoilerplateRule(_Model):
    """One rule over whole lines (or, for `drop_inline` and `strip_credit`, within one)."""

    pattern: Annotated[Pattern, BeforeValidator(_either)]
    """A regular expression, or a list of them of which any may match."""
    before: Pattern = ""
    after: Pattern = ""
    """What stands before and after whichever of them matches, as regular expressions."""
    ignore_case: bool = False
    action: Action = "drop_line"
    name: str | None = None
    """What `removed` calls it; the outlet's name and the rule's place where not given."""
    flag: (
        Literal["syndicated_from", "machine_generated", "ai_assisted", "disclosure", "paywalled", "update_note"] | None
    ) = None
    value: str | None = None
    """What a flag is set to; the pattern's first group, else the line, where not given."""
    note: str | None = None

    @property
    def expression(self) -> str:
        """The rule as one regular expression, but for `ignore_case`."""
        return f"{self.before}(?:{self.pattern}){self.after}" if self.before or self.after else self.pattern


class Selectors(_Model):
    """CSS selectors, tried in order. `body` narrows the page only while the result is whole; `drop` always goes."""

    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    """Elements that name a security: links to quote pages, `data-ticker` attributes, meta tags."""
    state: tuple[Annotated[str, Field(pattern=r"^(json-ld|next-data|nuxt)(:[\w.]+)?$")], ...] = ()
    """Where the body lies when the DOM does not hold it, such as `json-ld:articleBody` or `next-data:props.story`."""
    min_share: float = Field(default=0.6, ge=0, le=1)
    """The guard: the narrowed text must keep this share of the page's own, else the page is taken whole."""


class Parameters(_Model):
    """Parameters of this outlet's addresses: those that tell its stories apart, and those that make no difference."""

    keep: tuple[Parameter, ...] = ()
    """Names that are trackers or sessions elsewhere, and say here which page it is."""
    drop: tuple[Parameter, ...] = ()
    """Names that say nothing about which page it is; case makes no difference."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if both := {name.lower() for name in self.keep} & {name.lower() for name in self.drop}:
            raise ValueError(f"{min(both)!r} cannot be both kept and dropped")
        return self


Evidence = Literal["saved-pages", "partial", "lists-only"]
_EVIDENCE = {3: "saved-pages", 2: "partial", 1: "lists-only"}
_RENAMED = {
    "budget": Renamed("max_pages_per_run", "0.2.0"),
    "recheck": Renamed("refetch_at_ages", "0.2.0"),
    "story_number": Renamed("article_number_pattern", "0.2.0"),
    "minimum_per_day": Renamed("alert_below_per_day", "0.2.0"),
    "confidence": Renamed("evidence", "0.2.0", lambda value: _EVIDENCE.get(value, value)),
}
FORMER_KEYS = {old: new.now for old, new in _RENAMED.items()}
"""Keys of outlets' files that have another name now."""


class Site(_Model):
    """One outlet: where it lists its stories, which of its pages are stories, and how it wants to be treated."""

    name: Name
    title: str
    homepage: Url
    hosts: tuple[Host, ...] = Field(min_length=1)
    """Hosts that may be fetched, exactly as in an address, with the port where it is not the scheme's own."""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    enabled: bool = False
    reason_disabled: str | None = None
    evidence: Evidence = "lists-only"
    """What the file rests on: saved pages and a maintained copy; older or partial sources; third-party lists only."""

    access: Literal["full", "metadata", "licensed"] = "full"
    network: Literal["public", "private"] = "public"
    """`private` lets the outlet live on loopback or a private network, as the sample newsroom does."""
    paywall: Literal["none", "metered", "partial", "hard"] = "none"
    allow_robots_token: Pattern | None = None
    """Only with the outlet's written grant to our robots token, cited in `notes`."""

    feeds: Sources = ()
    news_sitemaps: Sources = ()
    archive_sitemaps: Sources = ()
    sections: Sources = ()

    article_patterns: tuple[Pattern, ...] = ()
    """A page is a story if any of these is found in its address; with none, every page that a feed lists is."""
    exclude_patterns: tuple[Pattern, ...] = ()
    """... unless any of these is found there."""
    article_number_pattern: Pattern | None = None
    """Finds the outlet's own story number in an address, as the first group."""
    parameters: Parameters = Parameters()

    cron: Cron = "17 * * * *"
    """Five fields, UTC. Outlets with the same cron share a run."""
    max_pages_per_run: int = Field(default=200, ge=1)
    """Pages fetched in one run at the most."""
    alert_below_per_day: int = Field(default=0, ge=0)
    """Fewer articles than this in a day means that something broke."""
    delay: float = Field(default=1.0, ge=0)
    """Seconds between two requests to one host at the least; a longer crawl-delay in robots.txt wins."""
    refetch_at_ages: tuple[Span, ...] = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3))
    """Ages, counted from publication, at which a story is fetched again to catch revisions."""

    selectors: Selectors = Selectors()
    boilerplate: tuple[BoilerplateRule, ...] = ()
    keep: tuple[Pattern, ...] = ()
    """Whole lines that no rule may take."""
    notes: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _by_present_names(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        return renamed_keys(values, _RENAMED, f"the file of {values.get('name', 'an outlet')}")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.article_number_pattern is not None and re.compile(self.article_number_pattern).groups < 1:
            raise ValueError("article_number_pattern must have a group that holds the number, as in /(\\d{6,9})/")
        if self.enabled and not (self.feeds or self.news_sitemaps or self.sections):
            raise ValueError("an enabled outlet needs at least one of feeds, news_sitemaps or sections")
        return self

    @property
    def listings(self) -> Sources:
        """Everything that lists current stories: feeds, news sitemaps, sections."""
        return self.feeds + self.news_sitemaps + self.sections

    @functools.cached_property
    def address_rules(self) -> AddressRules:
        """Which parameters of this outlet's addresses make no difference."""
        return AddressRules.of(self.parameters.keep, self.parameters.drop)

    def owns(self, url: str) -> bool:
        """Whether `url` lies on one of the outlet's hosts."""
        return host_of(url) in self.hosts

    def is_article(self, url: str) -> bool:
        """Whether `url` looks like one of the outlet's stories."""
        return self.not_article_reason(url) is None

    def not_article_reason(self, url: str) -> str | None:
        """The pattern that rules `url` out as a story, as `excluded: …` or `no article pattern`; None for a story."""
        for pattern in self.exclude_patterns:
            if _compiled(pattern).search(url):
                return f"excluded: {pattern}"
        if self.article_patterns and not any(_compiled(p).search(url) for p in self.article_patterns):
            return "no article pattern"
        return None

    def number_of(self, url: str) -> str | None:
        """The outlet's own story number in `url`, if it has one."""
        match = _compiled(self.article_number_pattern).search(url) if self.article_number_pattern else None
        return match[1] if match else None


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def load_site(path: Path) -> Site:
    """The outlet in one YAML file; raises ConfigError with file, key, value and rule."""
    values = {"name": path.stem, **keys_of(path)}
    try:
        site = Site.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{path}: {explain(error, Site)}") from None
    if site.name != path.stem:
        raise ConfigError(f"{path}: name: {site.name!r} must be the file's own name, {path.stem!r}.")
    return site
