"""Stories by the number, for benchmarks and crash tests: always the same, over two weeks, no two with a paragraph in
common."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from examples.newsroom.outlet import Outlet
from examples.newsroom.story import Story

__all__ = ["generated_stories"]

_FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)
_FIRST_PUBLISHED_LATER = datetime(2026, 11, 21, 6, tzinfo=UTC)
_SPREAD = 14 * 24 * 60
"""Minutes over which stories are published, none in the same minute as another up to this many."""
_STEP = 1_111
_STEMS = ("Alder", "Birch", "Cobalt", "Dunmore", "Ember", "Fallow", "Garnet", "Harrow", "Inver", "Juniper", "Kestrel")
_TRADES = ("Freight", "Instruments", "Chemicals", "Foods", "Mining", "Energy", "Textiles", "Software", "Packaging")
_PLACES = ("Port Ansel", "Westmarch", "Tolland Bay", "Greywater", "Sund", "Harlan Falls", "Cape Orrin", "Lower Vessel")
_PEOPLE = ("Ruth Adair", "Tomas Lindqvist", "Ines Okafor", "Paul Renner", "Mei Castellan", "Jonas Whitby", "Clara Osei")
_GOODS = (
    "marine pumps",
    "rail couplings",
    "glass fibre",
    "seed potatoes",
    "heat exchangers",
    "dock cranes",
    "paper pulp",
)
_VERBS = ("Raises", "Lowers", "Confirms", "Withdraws", "Narrows")


def generated_stories(
    outlet: Outlet, count: int, *, page_bytes: int = 0, later: bool = False, start: int = 0
) -> list[Story]:
    """`count` stories in English from number `start` on; `later` ones are newer than all written stories."""
    return [_story(outlet, number, page_bytes, later) for number in range(start, start + count)]


def _story(outlet: Outlet, number: int, page_bytes: int, later: bool) -> Story:
    rng = random.Random(f"{outlet.name} {number} {later}")
    company = f"{rng.choice(_STEMS)} {rng.choice(_TRADES)}"
    symbol = "".join(rng.choice("ABCDEFGHKLMNPRSTVW") for _ in range(4))
    minutes = 2 * number + 1 if later else number * _STEP % _SPREAD
    published = (_FIRST_PUBLISHED_LATER if later else _FIRST) + timedelta(minutes=minutes)
    goods = rng.choice(_GOODS)
    title = f"{company} {rng.choice(_VERBS)} Outlook For {goods.title()} After Week {number + 1}"
    return Story(
        outlet=outlet.name,
        path=_path(outlet, number, later, company, goods, published),
        title=title,
        published=published,
        authors=(rng.choice(_PEOPLE),),
        section=outlet.sections[number % len(outlet.sections)],
        tags=(goods, company),
        tickers=(f"NYSE: {symbol}",),
        summary=f"{company} told investors in {rng.choice(_PLACES)} what it expects of {goods}.",
        body=tuple(_paragraphs(rng, company, symbol, goods, number)),
        padding=page_bytes,
    )


def _path(outlet: Outlet, number: int, later: bool, company: str, goods: str, published: datetime) -> str:
    slug = f"{company} {goods}".lower().replace(" ", "-")
    serial = 500_000 + number + (250_000 if later else 0)
    return {
        "marketferry": f"/news/26/11/46{serial:06}/{slug}",
        "wirepoint": f"/releases/2026/11/{slug}-302{serial:06}.html",
        "kontorblatt": f"/maerkte/{slug}-{serial}.html",
    }.get(outlet.name, f"/{published:%Y/%m/%d}/companies/{slug}-{serial}")


def _paragraphs(rng: random.Random, company: str, symbol: str, goods: str, number: int) -> Iterator[str]:
    who, place, share = rng.choice(_PEOPLE), rng.choice(_PLACES), rng.randrange(110, 990) / 10
    yield (
        f"{company} (NYSE: {symbol}) said in notice {number + 1} from {place} that orders for {goods} came to "
        f"${rng.randrange(120, 980)} million in the quarter, {rng.randrange(2, 31)}% off the figure of a year before."
    )
    yield (
        f"Finance chief {who} put the change down to freight rates, which took {rng.randrange(2, 19)} cents out of "
        f"each dollar sold, and to a plant in {rng.choice(_PLACES)} that stood still for {rng.randrange(3, 40)} days."
    )
    yield (
        f"Shares of {company} traded at ${share:.2f} in the afternoon, after {rng.randrange(100, 999)},000 of them had "
        f"changed hands by noon, more than on any day since the company listed."
    )
    yield (
        f'"We would rather ship {goods} late than ship them twice," {who} told analysts, adding that stocks on hand '
        f"cover {rng.randrange(20, 95)} days of sales at {company}."
    )
    yield (
        f"The company employs {rng.randrange(900, 42_000):,} people in {rng.randrange(3, 28)} countries and keeps its "
        f"largest warehouse in {rng.choice(_PLACES)}, where rents rose {rng.randrange(2, 15)}% over the year."
    )
    yield (
        f"Lenders led by {rng.choice(_STEMS)} Trust extended a credit line of ${rng.randrange(50, 900)} million to "
        f"{rng.randrange(2028, 2034)}, at a margin of {rng.randrange(90, 310)} basis points over the overnight rate."
    )
    yield f"{company} is to report on {goods} again on {rng.randrange(1, 28)} February, before markets open in {place}."
