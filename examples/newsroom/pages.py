"""An outlet's pages as HTML: stories in the outlet's own markup, and front pages that list them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from broadtape.times import iso
from examples.newsroom.outlet import Outlet
from examples.newsroom.page import Page
from examples.newsroom.prose import marked_up
from examples.newsroom.story import Block, Bullets, Heading, Quote, Story, Table

__all__ = ["front_page", "story_page", "templates"]

_GERMAN_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()


@cache
def templates() -> Environment:
    """The templates, with the filters that they use."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        markup=marked_up, iso=iso, ld=_json, american=_american, british=_british, german=_german
    )
    environment.globals["kind"] = _kind
    return environment


def story_page(outlet: Outlet, story: Story, *, base: str, others: Sequence[Story], redesigned: bool = False) -> Page:
    """A story's page; `others` are the stories that the page promotes beside it."""
    html = (
        templates()
        .get_template("redesigned.html.j2" if redesigned else f"{outlet.template or outlet.name}.html.j2")
        .render(
            outlet=outlet,
            story=story,
            base=base,
            url=base + story.path,
            canonical=story.canonical or base + story.path,
            others=others,
            clock=outlet.local,
            linked_data=_linked_data(outlet, story, base),
        )
    )
    if story.padding:
        html = html.replace("</body>", _padding(story.padding - len(html.encode())) + "</body>")
    served = f"; charset={story.charset}" if story.charset_in in {"header", "both"} else ""
    return Page(
        html.encode(story.charset, "xmlcharrefreplace"),
        content_type="text/html" + served,
        modified=story.updated,
        headers=tuple(story.headers.items()),
    )


def front_page(outlet: Outlet, stories: Sequence[Story], *, base: str, section: str | None = None) -> Page:
    """The front page, or one section's: headlines that link to the stories."""
    shown = [story for story in stories if section in (None, story.section)]
    html = templates().get_template("front.html.j2").render(outlet=outlet, stories=shown, base=base, section=section)
    return Page(html.encode(), modified=max((story.updated for story in shown), default=None))


def _linked_data(outlet: Outlet, story: Story, base: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": base + story.path,
        "headline": story.title,
        "description": story.summary,
        "datePublished": outlet.local(story.published).isoformat(),
        "dateModified": outlet.local(story.updated).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "Organization", "name": outlet.title, "url": base + "/"},
        "articleSection": story.section,
        "keywords": list(story.tags),
        "inLanguage": outlet.language,
        "isAccessibleForFree": True,
    }
    return {key: value for key, value in data.items() if value != []}


def _json(data: object) -> Markup:
    # "</script>" within a value must not end the element it stands in.
    return Markup(json.dumps(data).replace("<", "\\u003c").replace("&", "\\u0026"))


def _padding(size: int) -> str:
    """Filler as pages carry it, to the byte where there is room for it: quote cards, then script."""
    cards = "".join(_card(number) for number in range(max(size, 0) // 8 // len(_card(0))))
    markup = f'<aside class="quotes"><ul>{cards}</ul></aside>\n<script>/*'
    script = "".join(f"slot({{id:{n},at:{n * 7919 % 10007},lazy:true}});\n" for n in range(max(size, 0) // 20))
    return f"{markup}{script[: max(size - len(markup) - 11, 0)]}*/</script>"


def _card(number: int) -> str:
    price = number * 7919 % 9000
    return f'<li><a href="/quote/Q{number:04}"><b>Q{number:04}</b> <span>{price:07.2f}</span></a></li>'


def _kind(block: Block) -> str:
    match block:
        case Heading():
            return "heading"
        case Bullets():
            return "list"
        case Quote():
            return "quote"
        case Table():
            return "table"
        case _:
            return "paragraph"


def _clock12(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {'AM' if moment.hour < 12 else 'PM'}"


def _american(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment.year} {_clock12(moment)}"


def _british(moment: datetime) -> str:
    return f"{moment.day} {moment:%B} {moment.year}, {moment:%H:%M}"


def _german(moment: datetime) -> str:
    return f"{moment.day}. {_GERMAN_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} Uhr"
