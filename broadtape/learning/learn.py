"""Learning an outlet's boilerplate from its archived texts, and taking back what was learnt wrongly."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from broadtape.archive import Archive, sql_text
from broadtape.archive.decisions import allowed_rule, rejected_rule
from broadtape.cleaning.boilerplate.rule_set import rules_for
from broadtape.errors import UsageError
from broadtape.learning.recurrence import Candidate, StoryLines, Thresholds, recurring
from broadtape.learnt_rules import LearntRule, LearntRules, folded
from broadtape.runs import new_run_id
from broadtape.site import Site

__all__ = ["WINDOW", "Lesson", "allow_again", "learn", "outlets_in", "study", "take_back"]

WINDOW = timedelta(days=90)
"""How far back an outlet's texts are looked at."""
_MOST_TEXTS = 3_000
"""... and how many of them, the newest: enough to see what recurs, and read in seconds."""
_MOST_RULES = 400
_COLUMNS = (
    "article_id", "url", "title", "text", "removed", "fetched_at", "archived_at", "published_at", "tickers", "minhash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lesson:
    """What an outlet's texts teach, and what of it is new."""

    site: str
    looked_at: int
    """Texts."""
    candidates: tuple[Candidate, ...]
    """Every line that recurs on unrelated stories."""
    before: LearntRules | None
    after: LearntRules

    @property
    def fresh(self) -> tuple[LearntRule, ...]:
        """Rules that were not in force before."""
        known = self.before.names if self.before else {}
        return tuple(rule for rule in self.after.rules if rule.pattern not in known)

    @property
    def changes(self) -> bool:
        """Whether pages will be cleaned by other rules than before."""
        before = self.before.rules if self.before else ()
        return {rule.pattern for rule in before} != {rule.pattern for rule in self.after.rules}

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "site": self.site,
            "looked_at": self.looked_at,
            "rules": [_told(rule) for rule in self.after.rules],
            "fresh": [rule.name for rule in self.fresh],
            "refused": [
                {"line": c.line, "count": c.count, "reason": c.reason} for c in self.candidates if c.rule is None
            ],
        }


def _told(rule: LearntRule) -> dict[str, Any]:
    return {"name": rule.name, **rule.model_dump(mode="json")}


def outlets_in(archive: Archive, sites: Iterable[Site]) -> list[Site]:
    """Those of these outlets of which the archive holds anything."""
    held = set(archive.tables["articles"].read(lambda rows: rows.select("site").unique())["site"])
    return [site for site in sites if site.name in held]


def study(
    archive: Archive, site: Site, *, since: datetime | None = None, thresholds: Thresholds | None = None
) -> Lesson:
    """What the newest texts of an outlet teach; nothing is written.

    A rule stays in force although its line is printed no longer, since older pages carry it; only people take it back.
    """
    stories = _stories(archive, site.name, since or archive.now() - WINDOW)
    before = archive.rules.in_force(site.name)
    rejected = archive.decisions.rejected_rules(site.name)
    found = recurring(
        stories,
        thresholds=thresholds,
        keep=rules_for(site).is_kept,
        outlet=(site.title, site.name),
        rejected=rejected,
        known=before.names if before else (),
    )
    made = {c.rule.pattern: c.rule for c in found if c.rule}
    held = {rule.pattern: rule for rule in (before.rules if before else ())}
    merged = [_longer(held.get(line), made.get(line)) for line in dict.fromkeys((*held, *made))]
    rules = tuple(rule for rule in merged if rule.name not in rejected)[:_MOST_RULES]
    return Lesson(site.name, len(stories), tuple(found), before, LearntRules(
        site=site.name, learnt_at=archive.now(), rules=rules,
    ))  # fmt: skip


def learn(
    archive: Archive, site: Site, *, since: datetime | None = None, thresholds: Thresholds | None = None
) -> Lesson:
    """`study`, and what is new put in force from the next run on; raises LeaseHeld while a run writes the outlet."""
    with archive.lease(site.name, run=new_run_id()):
        lesson = study(archive, site, since=since, thresholds=thresholds)
        if lesson.changes:
            archive.rules.put_in_force(lesson.after)
    return lesson


def check_rules(archive: Archive, site: str, names: Collection[str]) -> tuple[set[str], set[str]]:
    """The outlet's rules in force and those taken back, by name; raises UsageError where one of `names` is neither."""
    held = archive.rules.in_force(site)
    known = {rule.name for rule in held.rules} if held else set()
    rejected = archive.decisions.rejected_rules(site)
    if unknown := set(names) - known - rejected:
        raise UsageError(
            f"{site} has no learnt rule {min(unknown)!r}: 'broadtape rules show {site}' lists those in force."
        )
    return known, set(rejected)


def take_back(archive: Archive, site: str, names: Collection[str], *, reason: str | None = None) -> set[str]:
    """Takes rules out of force, all where none is named, for good: they are not learnt again. Gives their names.

    Under the outlet's lease. Raises UsageError for a name that the outlet never had.
    """
    known, rejected = check_rules(archive, site, names)
    held = archive.rules.in_force(site)
    wanted = set(names) or known
    if fresh := sorted(wanted - rejected):
        archive.decisions.record([rejected_rule(site, name, reason) for name in fresh])
    if held and wanted & known:
        archive.rules.put_in_force(held.without(wanted).model_copy(update={"learnt_at": archive.now()}))
    return wanted


def allow_again(archive: Archive, site: str, names: Collection[str], *, reason: str | None = None) -> None:
    """Lets rules that were taken back be learnt again; raises UsageError, and does nothing, for one that was not."""
    rejected = archive.decisions.rejected_rules(site)
    if unknown := set(names) - rejected:
        told = ", ".join(sorted(rejected)) or "none"
        raise UsageError(f"{min(unknown)!r} is no rule of {site} that was taken back; those are: {told}.")
    archive.decisions.record([allowed_rule(site, name, reason) for name in sorted(set(names))])


def _longer(held: LearntRule | None, made: LearntRule | None) -> LearntRule:
    """The rule as it was counted last; what it was learnt by, and when first, stays."""
    if held is None or made is None:
        rule = made or held
        assert rule is not None
        return rule
    return made.model_copy(update={"first_seen": min(held.first_seen, made.first_seen), "evidence": held.evidence})


def _stories(archive: Archive, site: str, since: datetime) -> list[StoryLines]:
    """The newest text of each of the outlet's newest stories, with what learnt rules took from it."""
    asked = pl.col("site") == site, pl.col("fetched_at") >= since, pl.col("text").is_not_null()
    found = archive.tables["articles"].read(
        lambda rows: (
            rows.filter(*asked)
            .select(_COLUMNS)
            .sort("fetched_at", "archived_at")
            .unique("article_id", keep="last", maintain_order=True)
            .sort("fetched_at", "article_id")
            .tail(_MOST_TEXTS)
        ),
        f"site = {sql_text(site)}",
    )
    return [_story(row) for row in found.iter_rows(named=True)]


def _story(row: dict[str, Any]) -> StoryLines:
    published: datetime = row["published_at"] or row["fetched_at"]
    return StoryLines(
        url=row["url"],
        title=row["title"] or "",
        lines=_lines(row["text"], row["removed"] or ()),
        fetched_at=row["fetched_at"],
        symbols=frozenset(ticker["symbol"] for ticker in row["tickers"] or ()),
        minhash=row["minhash"],
        day=f"{published:%Y-%m-%d}",
    )


def _lines(text: str, removed: Iterable[dict[str, str]]) -> tuple[str, ...]:
    """The text's lines, then those that were learnt away: a rule must not be forgotten because it works."""
    learnt = [line["line"] for line in removed if line["rule"].startswith("learnt:")]
    return tuple(folded(line) for line in [*text.split("\n\n"), *learnt])
