"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from broadtape.errors import InvalidTime
from broadtape.times import parse_time
from broadtape.work import ENGINES

__all__ = [
    "CLUSTER", "FILTERS", "PAGE", "TIME", "TimeType", "VersionOrTime", "archive_option", "clock_option",
    "engine_option", "options", "output_option",
]  # fmt: skip

F = TypeVar("F", bound=Callable[..., Any])


class TimeType(click.ParamType[datetime]):
    """ISO 8601, UTC where it has no offset, or a span back from now such as `3d`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """`value` as an aware UTC time."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_time(value)
        except InvalidTime as error:
            self.fail(str(error), param, ctx)


class VersionOrTime(click.ParamType[int | datetime]):
    """A version of the archive, or a time."""

    name = "version or time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | datetime:
        """`value` as a number, else as an aware UTC time."""
        if isinstance(value, int | datetime):
            return value
        return int(value) if str(value).isdecimal() else TIME.convert(value, param, ctx)


TIME = TimeType()

archive_option = click.option(
    "--archive", metavar="URI", help="A folder or s3://bucket/prefix.  [default: as the settings say]"
)

engine_option = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="Who does the work: this machine, or Dask's workers.  [default: as the settings say]",
)

output_option = click.option(
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write to this file, which appears when it is whole, instead of standard output.",
)

PAGE = (
    click.option("--url", metavar="URL", help="Where the page lay.  [default: what it says itself]"),
    click.option(
        "--site", metavar="NAME", help="Clean by this outlet's rules.  [default: the outlet that owns the address]"
    ),
)
"""What is said of a page that is cleaned outside of an archive."""

clock_option = click.option(
    "--clock",
    type=click.Choice(["archived", "fetched"]),
    default="archived",
    show_default=True,
    help="What --as-of means: what this archive held then, or what the world could read then.",
)

FILTERS = (
    click.option("--site", multiple=True, metavar="NAME", help="Of this outlet; repeatable."),
    click.option(
        "--ticker", multiple=True, metavar="SYMBOL", help="That names this security: AAPL or NASDAQ:AAPL; repeatable."
    ),
    click.option("--since", type=TIME, metavar="TIME", help="From this time on."),
    click.option("--until", type=TIME, metavar="TIME", help="Before this time."),
    click.option(
        "--by",
        type=click.Choice(["published", "fetched"]),
        default="published",
        show_default=True,
        help="Which time --since, --until and the order mean. A text that nobody dates goes by when it was first "
        "listed, or fetched; you are told how many do.",
    ),
    click.option("--dated-only", is_flag=True, help="Without texts that have no time of publication."),
    click.option(
        "--as-of",
        type=TIME,
        metavar="TIME",
        help="Answer as at this time; what was forgotten since stays out.",
    ),
    clock_option,
    click.option("--language", multiple=True, metavar="CODE", help="In this language, such as en; repeatable."),
    click.option("--section", multiple=True, metavar="NAME", help="In this section of the outlet; repeatable."),
)
"""What narrows a reading, as `broadtape.corpus.Filters` names it."""

CLUSTER = click.option(
    "--cluster",
    is_flag=True,
    help="Stories that are nearly the same as one entry: the earliest of them, and how many more there are.",
)


def options(*given: Callable[[F], F]) -> Callable[[F], F]:
    """These options in this order, as one decorator."""

    def decorate(command: F) -> F:
        for option in reversed(given):
            command = option(command)
        return command

    return decorate
