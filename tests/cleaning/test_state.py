"""A story that the page keeps in its scripts' state, in each of the forms in which it is met; and what is no story."""

from __future__ import annotations

import json
from typing import Any

import pytest

from broadtape.cleaning import extract
from broadtape.errors import NotAnArticle
from broadtape.site import Site

URL = "https://quay.example/news/tin-100234"
PARAGRAPHS = [
    'Tin rose to a record on Monday after the smelter at Port Ansel closed, and "nobody knows" for how long.',
    "Traders in Westmarch said that stocks at the quay would last eleven days; the mill's owner said it had enough.",
    "Prices for delivery in March stood at $41,200 a tonne in the afternoon, 6% above those of the week before.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def site(place: str) -> Site:
    return Site.model_validate(
        {
            "name": "quay",
            "title": "Quay",
            "homepage": "https://quay.example/",
            "hosts": ["quay.example"],
            "selectors": {"state": [place]},
        }
    )


def page(script: str) -> bytes:
    return (
        f"<html lang='en'><head><title>Tin rises</title></head><body><div id='app'><h1>Tin rises</h1></div>{script}"
        "</body></html>"
    ).encode()


def script_of(kind: str, value: Any) -> bytes:
    written = json.dumps(value).replace("<", "\\u003c")
    return page(f'<script id="{kind}" type="application/json">{written}</script>')


NEXT = script_of("__NEXT_DATA__", {"props": {"story": {"body": BODY}}})
# Nuxt 3 writes a flat list in which objects name their parts by place.
NUXT_3 = script_of(
    "__NUXT_DATA__",
    [["ShallowReactive", 1], {"data": 2, "once": 6}, ["Ref", 3], {"story": 4}, {"fullText": 5, "id": 7}, BODY, [], 12],
)
NUXT_3_LIST = script_of("__NUXT_DATA__", [{"story": 1}, {"paragraphs": 2}, [3, 4, 5], *PARAGRAPHS])
# Nuxt 2 writes a call.
ESCAPED = json.dumps(BODY)[1:-1].replace("'", "\\'").replace("</", "\\u003C\\x2F")
CALL = '(function(a,b){return {data:[{post:{id:a,fullText:"%s"}}]}}(1,2))'
NUXT_2 = page(f"<script>window.__NUXT__={CALL % ESCAPED}</script>")
LINKED = {"@type": "NewsArticle", "articleBody": "\n".join(PARAGRAPHS)}
JSON_LD = page(f'<script type="application/ld+json">{json.dumps(LINKED)}</script>')


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (NEXT, "next-data:props.story.body"),
        (NUXT_3, "nuxt:fullText"),
        (NUXT_3, "nuxt:story.fullText"),
        (NUXT_3_LIST, "nuxt:story.paragraphs"),
        (NUXT_2, "nuxt:fullText"),
        (NUXT_2, "nuxt:post.fullText"),
        (JSON_LD, "json-ld:articleBody"),
    ],
)
def test_the_story_is_read_where_the_outlets_file_says(content: bytes, place: str) -> None:
    assert extract(content, URL, site=site(place)).paragraphs == PARAGRAPHS


@pytest.mark.parametrize(
    "content",
    [
        page('<script>window.__NUXT__=(function(a){return {fullText:a}}("x"))</script>'),
        page('<script>window.__NUXT__={fullText:"\\uZZZZ"}</script>'),
        script_of("__NUXT_DATA__", [["Ref", 0], {"fullText": 0}]),
        script_of("__NUXT_DATA__", [{"fullText": 99}, {"fullText": -1}, {"fullText": True}, {"fullText": None}]),
        script_of("__NUXT_DATA__", {"fullText": "not a payload"}),
        page('<script id="__NUXT_DATA__">[[[[</script>'),
    ],
)
def test_a_state_without_the_story_gives_none(content: bytes) -> None:
    with pytest.raises(NotAnArticle):
        extract(content, URL, site=site("nuxt:fullText"))
