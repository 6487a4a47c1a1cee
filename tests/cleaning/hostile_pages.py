"""Pages made to break a cleaner, and the reason for which each is refused; None where the story comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

SENTENCE = "Paragraph number {} says that the index rose by {} percent, analysts at the bank wrote in a note."
STORY = "".join(f"<p>{SENTENCE.format(n, n)}</p>" for n in range(1, 7))
HEAD = "<html><head><title>Index rises again</title>"


def page(body: str, head: str = "") -> bytes:
    return f"{HEAD}{head}</head><body><h1>Index rises again</h1>{body}</body></html>".encode()


@dataclass(frozen=True, slots=True)
class Hostile:
    """`make` gives the bytes; `reason` is why it is no article, None where `paragraphs` come out of it."""

    make: Callable[[], bytes]
    reason: str | None = None
    paragraphs: int = 6
    content_type: str | None = "text/html"


def _json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def _nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


PAGES: dict[str, Hostile] = {
    # depth
    "nested 100,000 deep": Hostile(lambda: page("<div>" * 100_000 + STORY), "too_deep"),
    "nested 2,000 deep": Hostile(lambda: page("<div>" * 2_000 + STORY)),
    "spans 100,000 deep": Hostile(lambda: page("<p>" + "<b>" * 100_000 + STORY), "too_deep"),
    "lists 1,500 deep": Hostile(lambda: page("<ul><li>" * 700 + STORY)),
    "tables within tables": Hostile(lambda: page("<table><tr><td>" * 300 + STORY)),
    "JSON-LD nested 100,000 deep": Hostile(
        lambda: page(STORY, f'<script type="application/ld+json">{_nested(100_000)}</script>')
    ),
    # size
    "50 MB of one tag": Hostile(lambda: page("<b>" * 17_000_000), "too_large"),
    "9 MB of one tag": Hostile(lambda: page("<b>" * 3_000_000), "too_large"),
    "a tag of 50 MB": Hostile(lambda: page(f"<p title='{'x' * 50_000_000}'>x"), "too_large"),
    "an attribute of 9 MB": Hostile(lambda: page(f"<p title='{'x' * 9_000_000}'>x</p>{STORY}")),
    "a million attributes": Hostile(lambda: page(f"<p {' '.join(f'a{n}=1' for n in range(700_000))}>x"), "too_large"),
    "a million attributes and 12 MB": Hostile(
        lambda: page(f"<p {' '.join(f'attr{n}=1' for n in range(1_000_000))}>x"), "too_large"
    ),
    "a line of 9 MB": Hostile(lambda: page(f"<p>{'word ' * 1_800_000}</p>{STORY}"), paragraphs=7),
    "a word of 9 MB": Hostile(lambda: page(f"<p>{'w' * 9_000_000}</p>{STORY}"), paragraphs=7),
    "a line of 3 MB of stops": Hostile(lambda: page(f"<p>{'. ' * 1_500_000}</p>{STORY}"), paragraphs=7),
    "a line of 2 MB of brackets": Hostile(lambda: page(f"<p>{'(NYSE: ' * 300_000}</p>{STORY}"), paragraphs=7),
    "a line of 2 MB of colons": Hostile(lambda: page(f"<p>{'A: ' * 700_000}.</p>{STORY}"), paragraphs=7),
    "8,000 buttons that agree, forms and headings of comments": Hostile(
        lambda: page("<div><form><button>Accept all</button></form><h3>3 comments</h3>" * 8_000 + STORY), "too_deep"
    ),
    "8,000 of them side by side": Hostile(
        lambda: page("<div><form><button>Accept all</button></form><h3>3 comments</h3></div>" * 8_000 + STORY),
        paragraphs=-1,
    ),
    "40,000 paragraphs": Hostile(lambda: page("<p>Word after word.</p>" * 40_000 + STORY), paragraphs=-1),
    "40,000 links": Hostile(lambda: page("<a href='/quote/ABC'>ABC</a>" * 40_000 + STORY), paragraphs=-1),
    "100,000 classes": Hostile(lambda: page(f"<div class='{'ad-box ' * 100_000}'>{STORY}</div>")),
    "200,000 empty elements": Hostile(lambda: page("<i></i>" * 120_000 + STORY)),
    "a table of 40,000 cells": Hostile(
        lambda: page("<table>" + "<tr><td>1<td>2" * 20_000 + "</table>" + STORY), paragraphs=-1
    ),
    "2 MB of JSON-LD nodes": Hostile(
        lambda: page(STORY, _json_ld([{"@type": "NewsArticle", "headline": f"H {n}"} for n in range(40_000)]))
    ),
    "JSON-LD of the wrong types": Hostile(
        lambda: page(
            STORY,
            _json_ld(
                {
                    "@type": ["NewsArticle", 7],
                    "headline": {"a": [1]},
                    "author": [[["x"]], 3, {"name": {"name": 4}}, None],
                    "datePublished": {"@value": 20260101},
                    "dateModified": [1, 2],
                    "keywords": {"a": 1},
                    "publisher": 4,
                    "isAccessibleForFree": {"x": []},
                    "articleSection": [[1]],
                    "wordCount": [1],
                    "mainEntityOfPage": [3],
                    "url": {"@id": 5},
                    "about": {"tickerSymbol": [1]},
                    "mentions": [None, 4],
                    "articleBody": {"text": [1]},
                }
            ),
        )
    ),
    "5,000 meta tags of one name": Hostile(
        lambda: page(STORY, "".join(f'<meta name="author" content="Name {n}">' for n in range(5_000)))
    ),
    "a hundred thousand entities": Hostile(lambda: page(f"<p>{'&amp;' * 100_000}.</p>{STORY}"), paragraphs=7),
    "entities that open entities": Hostile(
        lambda: b"<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>" + page(f"<p>&b;&b;</p>{STORY}"),
        paragraphs=-1,
    ),
    "unclosed comments and scripts": Hostile(lambda: page(STORY + "<!-- " * 50_000 + "<script>" + "<" * 50_000)),
    # bytes
    "NUL bytes everywhere": Hostile(lambda: b"\x00".join(bytes([byte]) for byte in page(STORY)), paragraphs=6),
    "NUL bytes within words": Hostile(lambda: page(STORY.replace("index", "in\x00dex"))),
    "control characters": Hostile(lambda: page(STORY.replace("index", "in\x07\x1bdex"))),
    "UTF-16 that says UTF-8": Hostile(lambda: page(STORY, '<meta charset="utf-8">').decode().encode("utf-16")),
    "UTF-8 that says UTF-16": Hostile(
        lambda: page(STORY, '<meta charset="utf-16">'), content_type="text/html; charset=utf-16"
    ),
    "a charset that does not exist": Hostile(
        lambda: page(STORY, '<meta charset="klingon">'), content_type="text/html; charset=x"
    ),
    "UTF-7 by its header": Hostile(lambda: page(STORY), content_type="text/html; charset=utf-7"),
    "stray bytes in UTF-8": Hostile(
        lambda: page(STORY, '<meta charset="utf-8">').replace(b"index", b"ind\xff\xfeex", 1)
    ),
    "a character cut off at the end": Hostile(lambda: page(STORY + "<p>Börse.") + "ö".encode()[:1], paragraphs=-1),
    # what is no page, or a page without a story
    "empty": Hostile(lambda: b"", "empty"),
    "white space": Hostile(lambda: b" \r\n\t" * 1_000, "empty"),
    "JSON": Hostile(lambda: b'{"error": {"code": 500}}', "not_html", content_type="application/json"),
    "JSON that says HTML": Hostile(lambda: b'[{"title": "Index rises"}]', "not_html"),
    "PDF": Hostile(lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not_html", content_type="application/pdf"),
    "PDF that says HTML": Hostile(lambda: b"%PDF-1.4\n" + b"\x00\xff" * 5_000, "not_html"),
    "a picture": Hostile(lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 5_000, "not_html"),
    "plain text": Hostile(lambda: ("Nothing here. " * 100).encode(), "not_html"),
    "a feed": Hostile(lambda: b'<?xml version="1.0"?><rss><channel><item/></channel></rss>', "not_html"),
    "frames": Hostile(
        lambda: b"<html><frameset cols='20%,80%'><frame src=a><frame src=b></frameset></html>", "no_text"
    ),
    "frames with a notice": Hostile(
        lambda: b"<html><frameset><frame src=a><noframes>Your browser shows no frames.</noframes></frameset></html>",
        "no_text",
    ),
    "no body": Hostile(lambda: f"<title>Index rises again</title>{STORY}".encode()),
    "nothing but scripts": Hostile(
        lambda: f"{HEAD}</head><body><script>render()</script><div id=root></div></body></html>".encode(), "no_text"
    ),
    "a bot challenge": Hostile(
        lambda: (
            b"<html><head><title>Just a moment...</title></head><body><h1>www.ledger.example</h1><p>Verify you are "
            b"human by completing the action below.</p></body></html>"
        ),
        "challenge",
    ),
    "a bot challenge without a name": Hostile(
        lambda: b"<html><body><p>Please enable JS and disable any ad blocker</p></body></html>", "challenge"
    ),
    "a consent wall": Hostile(
        lambda: (
            b"<html><body><div role=dialog><h2>We value your privacy</h2><p>We and our 834 partners store and/or "
            b"access information on a device.</p><button>Accept all cookies</button></div></body></html>"
        ),
        "consent",
    ),
    "a consent wall in German": Hostile(
        lambda: (
            "<html><body><h1>Willkommen</h1><p>Mit Werbung weiterlesen oder Abo abschließen. "
            "Allen Cookies zustimmen.</p></body></html>".encode()
        ),
        "consent",
    ),
    "a soft 404": Hostile(
        lambda: (
            b"<html><head><title>Page not found | Ledger</title></head><body><h1>Sorry</h1><p>The page you "
            b"requested could not be found.</p></body></html>"
        ),
        "soft_404",
    ),
    "a soft 404 in French": Hostile(
        lambda: (
            "<html><head><title>Le Registre</title></head><body><h1>Page introuvable</h1><p>Retour à l'accueil.</p>"
            "</body></html>".encode()
        ),
        "soft_404",
    ),
}
