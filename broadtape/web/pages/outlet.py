"""One outlet: what is held of it, on which days, how its last runs went."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus.coverage.gaps import Gap, find_gaps
from broadtape.corpus.coverage.lag import Lag, lag_of
from broadtape.corpus.coverage.missing import looks_of, missing_of
from broadtape.corpus.coverage.runs import last_runs
from broadtape.errors import UsageError
from broadtape.monitoring.run_report import reason_in_words
from broadtape.times import shifted, utcnow
from broadtape.web.article_list import newest
from broadtape.web.page_context import context_of
from broadtape.web.page_query import YEARS, PageQuery
from broadtape.web.pages.corrected import corrected_lately
from broadtape.web.pages.held import held_by_outlet
from broadtape.web.shortlist import Shortlist
from broadtape.web.snapshot_cache import CachedView
from broadtape.web.trouble_words import in_words
from broadtape.web.widgets.calendar import months_of

__all__ = ["lag_of_last_days", "outlet"]

_MONTHS, _GAPS, _STORIES = 6, 12, 10
_MISSING, _REASONS, _CORRECTED = 12, 6, 5
_LAG_OF = timedelta(days=30)
_OUTCOMES = {"not_article": "no article", "quarantined": "held back"}
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class MissingStory:
    """A story that a listing named and of which the archive has no text."""

    date: date | None
    url: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What was listed and is not held."""

    total: int
    reasons: Shortlist[tuple[str, int]]
    """The commonest, with how many stories."""
    shown: tuple[MissingStory, ...]
    """Newest first."""


def outlet(request: Request) -> Response:
    """The outlet's page."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    view, site = context.view(), request.path_params["site"]
    corpus = view.corpus
    facts = next((each for each in view.outlets(asked.as_of, asked.clock) if each.site == site), None)
    if facts is None:
        raise HTTPException(404, f"The archive {corpus.uri} holds nothing of an outlet {site!r}.")
    coverage = corpus.coverage(**asked.then(site=site))
    today = (asked.as_of or utcnow()).date()
    end = _end(asked.given.get("month"), today, coverage["date"].max())
    looks = looks_of(corpus, [site], as_of=asked.as_of, clock=asked.clock)
    failed = set(looks.filter(looks["looks"] > 0, looks["failed"] == looks["looks"])["date"])
    gaps: list[Gap] = list(find_gaps(coverage, [site], None, today, looks=looks))
    now = asked.as_of is None
    trouble, held = (corpus.trouble(site), held_by_outlet(view)[site]) if now else (None, 0)
    corrections, corrected = corrected_lately(view, asked.then(site=site), limit=_CORRECTED)
    return context.page(
        request,
        "outlet",
        asked,
        outlet=facts,
        trouble=trouble,
        told=in_words(trouble, held),
        held=held,
        lag=lag_of_last_days(view, asked, site),
        missing=_missing(view, asked, site),
        corrections=corrections,
        corrected=corrected,
        others=[each.site for each in view.outlets(asked.as_of, asked.clock) if each.site != site],
        months=months_of(coverage, end, _MONTHS, failed, today=today),
        earlier=_shifted(end, -_MONTHS) if _has_before(coverage["date"].min(), end) else None,
        later=_shifted(end, _MONTHS) if end < today else None,
        gaps=gaps[::-1][:_GAPS],
        more_gaps=max(len(gaps) - _GAPS, 0),
        runs=last_runs(corpus, site, until=asked.as_of),
        stories=newest(view, asked.then(site=site), limit=_STORIES),
    )


def lag_of_last_days(view: CachedView, asked: PageQuery, site: str) -> Lag | None:
    """From publication into the archive, of what was published in the last days up to now or the moment asked about."""
    since = shifted(asked.as_of or utcnow(), -_LAG_OF)
    key = ("lag", site, asked.as_of, asked.clock, since.date())
    return view.remember(key, lambda: lag_of(view.corpus, site, since=since, as_of=asked.as_of, clock=asked.clock))


def _missing(view: CachedView, asked: PageQuery, site: str) -> Missing:
    def found() -> Missing:
        every = missing_of(view.corpus, [site], as_of=asked.as_of, clock=asked.clock)
        rows = every.sort("date", descending=True, nulls_last=True, maintain_order=True)
        told = [(at, url, _why(*why)) for at, url, *why in rows.select("date", "url", "outcome", "reason").iter_rows()]
        reasons = Counter(why for _, _, why in told)
        shown = tuple(MissingStory(*each) for each in told[:_MISSING])
        return Missing(rows.height, Shortlist.of(reasons.most_common(), _REASONS), shown)

    return view.remember(("missing", site, asked.as_of, asked.clock), found)


def _why(outcome: str, reason: str) -> str:
    """What became of an address, in words: `skipped: robots`, `no article: consent`."""
    return f"{_OUTCOMES.get(outcome, outcome)}: {reason_in_words(reason).replace('_', ' ')}"


def _end(month: str | None, today: date, newest_day: object) -> date:
    """The last day shown: that of the month that is asked for, else today, or the last of which anything is known."""
    if not month:
        long_ago = isinstance(newest_day, date) and f"{newest_day:%Y-%m}" <= _shifted(today, -_MONTHS)
        return newest_day if long_ago and isinstance(newest_day, date) else today
    match = _MONTH.fullmatch(month)
    if not match or not YEARS[0] <= int(match[1]) <= YEARS[1]:
        raise UsageError(f"month is {month[:40]!r}: expected a month such as {today:%Y-%m}.")
    first_of_next = _shifted(date(int(match[1]), int(match[2]), 1), 1)
    return min(today, date.fromordinal(date.fromisoformat(f"{first_of_next}-01").toordinal() - 1))


def _shifted(day: date, months: int) -> str:
    """The month so many months from that of `day`, as `2026-11`."""
    whole = day.year * 12 + day.month - 1 + months
    return f"{whole // 12:04}-{whole % 12 + 1:02}"


def _has_before(first: object, end: date) -> bool:
    return isinstance(first, date) and f"{first:%Y-%m}" <= _shifted(end, -_MONTHS)
