"""Whether an outlet's pages still look as they use to: this segment's numbers against those of its own recent runs.

Shares are judged by how likely so many such pages would be if nothing had changed; medians by how far they lie outside
of what the recent runs had, measured by median and MAD. Both widen by themselves where there is little to go by, so
that first runs and quiet outlets stay silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp, lgamma, log, log1p, prod, sqrt
from statistics import median

from broadtape.monitoring.measures import Measures, Page, Spread

__all__ = ["Deviation", "enough", "find", "unlikely"]

CHANCE = 1e-4
"""A run whose pages were this unlikely is no chance: one false alarm in some years of hourly runs."""
_BASE = 8
"""Earlier pages that must have been seen before anything is judged."""
_SAMPLE = 5
"""Pages that a judgement rests on; a quiet outlet's last runs are taken together."""
_TOGETHER = 2
"""Pages, and signs that all of them show, that are taken together."""
_NOT_RARE = 0.05
"""A sign more likely than this says nothing."""
_JUMP = 0.3
"""A share must exceed the worst of the recent runs by this much."""
_BAND = 6.0
"""Robust standard deviations."""
_NORMAL = 1.4826
"""Turns a MAD into a standard deviation."""
_MEDIAN_ERROR = 1.2533
"""The standard error of a median, in standard deviations of a mean."""


_PARTS = (
    ("removed", "rules take {} of the text out (before: {})", True),
    # Not held back: a page may well get more furniture, and its text has measures of its own.
    ("outside", "{} of a page's words stand outside of the story (before: {})", False),
)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that is not as usual: a sentence's part that says what changed, and up to three addresses."""

    said: str
    examples: tuple[str, ...] = ()
    holds: bool = False
    """Whether the text itself looks wrong, so that it must not be published."""
    only: frozenset[str] = frozenset()
    """Addresses of the pages that it holds, where not all of the segment's."""
    absolute: bool = False
    """Whether it is wrong whatever the outlet was like before."""

    def held(self, url: str | None) -> bool:
        """Whether the page at this address must not be published."""
        return self.holds and (not self.only or url in self.only)


def find(now: Measures, before: Sequence[Measures], pages: Sequence[Page], repeated: Sequence[str]) -> list[Deviation]:
    """What is not as usual about these pages; `before` are the outlet's earlier segments, oldest first."""
    sample, base = _split(now, before)
    if not enough(base):
        return []
    made = [page for page in pages if page.article]
    shares = [
        _Share("repeated", "have the same text as other stories' pages", tuple(repeated), holds=True),
        _Share("textless", "give no article", tuple(page.url for page in pages if not page.article)),
        _Share("undated", "state no time of publication", _those(made, lambda a: not a.published_at)),
        _Share("unsigned", "name no author", _those(made, lambda a: not a.authors)),
    ]
    found = [_words(now, base, made), *_shares(now, base, made), _lag(now, base, made)]
    return [*_judge(shares, sample, base, now), *(each for each in found if each)]


def enough(before: Sequence[Measures]) -> bool:
    """Whether there are pages enough to tell what is usual."""
    return sum(each.pages for each in before) >= _BASE


@dataclass(frozen=True, slots=True)
class _Share:
    """A kind of page that is to be rare: the name of its count, and how it is told."""

    name: str
    said: str
    examples: tuple[str, ...]
    holds: bool = False

    def finding(self, sample: Sequence[Measures], base: Sequence[Measures]) -> Deviation:
        """That there are so many of them."""
        count, of = _counted(sample, self.name)
        earlier, pages = _counted(base, self.name)
        told = f"{count} of {of} pages {self.said} (before: {earlier} of {pages})"
        return Deviation(told, self.examples[:3], self.holds)


def _judge(
    shares: Sequence[_Share], sample: Sequence[Measures], base: Sequence[Measures], now: Measures
) -> list[Deviation]:
    odd = [share for share in shares if _chance(share.name, sample, base) < CHANCE]
    if odd:
        return [share.finding(sample, base) for share in odd]
    # Two pages prove nothing by one sign; by several at once that both of them show, they do.
    chances = {share: _chance(share.name, [now], base) for share in shares if getattr(now, share.name) == now.pages}
    told = {share: chance for share, chance in chances.items() if chance < _NOT_RARE}
    if now.pages >= _TOGETHER and len(told) >= _TOGETHER and prod(told.values()) < CHANCE:
        return [share.finding([now], base) for share in told]
    return []


def _counted(measures: Sequence[Measures], name: str) -> tuple[int, int]:
    return sum(getattr(each, name) for each in measures), sum(each.pages for each in measures)


def _chance(name: str, sample: Sequence[Measures], base: Sequence[Measures]) -> float:
    """How likely so many such pages are if nothing changed; 1 where there were nearly as many before."""
    count, of = _counted(sample, name)
    earlier, pages = _counted(base, name)
    worst = max((getattr(each, name) / each.pages for each in base if each.pages >= _SAMPLE), default=earlier / pages)
    if not count or count / of < worst + _JUMP:
        return 1.0
    return _tail(count, of, (earlier + 0.5) / (pages + 1))


def _those(pages: Sequence[Page], wanted: Callable[..., bool]) -> tuple[str, ...]:
    # The sources that count as undated are wider than this; any page will do where none has no date at all.
    return tuple(page.url for page in pages if wanted(page.article)) or tuple(page.url for page in pages)


def _split(now: Measures, before: Sequence[Measures]) -> tuple[list[Measures], list[Measures]]:
    """What is judged, the last runs with it while they are small, and what it is judged by."""
    sample, base = [now], list(before)
    left = sum(each.pages for each in base)
    while base and sum(each.pages for each in sample) < _SAMPLE and left - base[-1].pages >= _BASE:
        left -= base[-1].pages
        sample.append(base.pop())
    return sample, base


def unlikely(count: int, of: int, before: int, of_before: int) -> bool:
    """Whether `count` of `of` is too many, given `before` of `of_before`: the tail of the binomial below CHANCE."""
    usual = (before + 0.5) / (of_before + 1)
    return usual < 1 and count > 0 and _tail(count, of, usual) < CHANCE


def _tail(least: int, of: int, p: float) -> float:
    def term(k: int) -> float:
        ways = lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1)
        return exp(ways + k * log(p) + (of - k) * log1p(-p))

    return sum(term(k) for k in range(least, of + 1))


def _outside(now: Spread | None, base: Sequence[Spread | None], floor: float) -> tuple[float, float] | None:
    """The least and the most of the recent runs, where `now` lies clearly outside; None where it does not."""
    usual = [each for each in base if each]
    if now is None or now.n < _SAMPLE or sum(each.n for each in usual) < _BASE:
        return None
    middles = [each.middle for each in usual]
    centre = median(middles)
    between = _NORMAL * median(abs(value - centre) for value in middles)
    within = _NORMAL * median(each.mad for each in usual)
    sampling = within * _MEDIAN_ERROR * sqrt(1 / now.n + 1 / sum(each.n for each in usual))
    least, most = min(middles), max(middles)
    far = abs(now.middle - centre) > _BAND * max(between, sampling, floor)
    return (least, most) if far and not least <= now.middle <= most else None


def _words(now: Measures, base: Sequence[Measures], pages: Sequence[Page]) -> Deviation | None:
    def logged(spread: Spread | None) -> Spread | None:
        if spread is None:
            return None
        return Spread(log(spread.middle + 1), spread.mad / (spread.middle + 1), spread.n)

    range_ = _outside(logged(now.words), [logged(each.words) for each in base], floor=log(2) / _BAND)
    if range_ is None or now.words is None:
        return None
    usual = _between(*(f"{exp(value) - 1:,.0f}" for value in range_))
    said = f"the median length is {now.words.middle:,.0f} words (before: {usual})"
    return Deviation(said, tuple(page.url for page in pages[:3]), holds=True)


def _shares(now: Measures, base: Sequence[Measures], pages: Sequence[Page]) -> Iterator[Deviation]:
    """Where more of the page than usual is no part of the text: taken by rules, or outside of the story's root."""
    for name, said, holds in _PARTS:
        share: Spread | None = getattr(now, name)
        range_ = _outside(share, [getattr(each, name) for each in base], floor=0.2 / _BAND)
        if range_ is not None and share is not None:
            usual = _between(*(f"{value:.0%}" for value in range_))
            yield Deviation(said.format(f"{share.middle:.0%}", usual), tuple(page.url for page in pages[:3]), holds)


def _lag(now: Measures, base: Sequence[Measures], pages: Sequence[Page]) -> Deviation | None:
    # The first run meets everything a feed still lists: its lag says how long that is, not how late news comes.
    usual = base[1:]
    if len(usual) < 3 or now.lag is None:
        return None
    range_ = _outside(now.lag, [each.lag for each in usual], floor=1800 / _BAND)
    # What was published while nobody looked comes as late as that.
    waited = (_time_of(now.run) - _time_of(usual[-1].run)).total_seconds()
    if range_ is None or range_[1] < now.lag.middle <= range_[1] + waited:
        return None
    said = f"new stories are {_span(now.lag.middle)} old when they come (before: {_between(*map(_span, range_))})"
    return Deviation(said, tuple(page.url for page in pages if page.first)[:3])


def _time_of(run: str) -> datetime:
    try:
        return datetime.strptime(run.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _between(least: str, most: str) -> str:
    return least if least == most else f"{least} to {most}"


def _span(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours / 24:,.1f} days" if abs(hours) >= 48 else f"{hours:,.1f} hours"
