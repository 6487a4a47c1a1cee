"""Templates: everything is escaped, a name that is not there is an error, links keep the moment that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from broadtape.monitoring.quarantine import why_held
from broadtape.times import iso
from broadtape.web import safe_text as text

__all__ = ["environment"]


def environment(titles: Mapping[str, str], uri: str) -> jinja2.Environment:
    """The room's templates, with `titles` as the outlets' names."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "visible": text.visible,
        "why_held": why_held,
        "plain": text.plain,
        "web_address": text.web_address,
        "day": text.day,
        "moment": text.moment,
        "iso": iso,
        "number": text.number,
        "dated": text.dated,
        "span": text.span,
        "ticker": text.name_of_ticker,
        "segment": lambda value: quote(value, safe=""),
    }
    made.globals |= {"title_of": _titles(titles), "plural": text.plural, "archive": uri}
    return made


def _titles(titles: Mapping[str, str]) -> Any:
    return lambda site: titles.get(site, site)
