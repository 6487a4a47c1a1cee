"""`broadtape clean`: one page, or text that was scraped already, without its boilerplate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.formats import json_line
from broadtape.cli.common.options import PAGE, options
from broadtape.cli.common.terminal_text import printable
from broadtape.errors import UsageError

if TYPE_CHECKING:
    from broadtape.article import Article
    from broadtape.learnt_rules import LearntRules
    from broadtape.site import Site

__all__ = ["clean", "looks_like_html", "owner", "read_page"]

_LIMIT = 40 * 2**20
"""Bytes: more than any page or story has."""
_TAG = re.compile(rb"<(!doctype|html|head|body|meta|link|script|article|main|section|div|p|span|a|br|h[1-6])\b", re.I)
_SNIFFED = 64 * 1024
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.01
"""Share of the bytes: compressed data have one in ten, pages of the worst making a stray one now and then."""


@click.command(
    epilog="""\b
Examples:
  broadtape clean page.html --url https://www.example.com/markets/story
  curl -s URL | broadtape clean - --url URL --format json
  broadtape clean scraped.txt --site benzinga
"""
)
@click.argument("file", type=click.File("rb"), metavar="FILE|-")
@options(*PAGE)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@pass_invocation
def clean(invocation: Invocation, /, file: BinaryIO, url: str | None, site: str | None, form: str) -> None:
    """Clean one page, or text that was scraped already; which of the two it is, is seen from FILE.

    As text, the story alone is printed; as JSON, all that the page says of itself and every line that was taken out,
    with its rule. A page that carries no story ends with status 1 and the reason.
    """
    data = read_page(file)
    outlet = invocation.site(site) if site else owner(invocation, url)
    if looks_like_html(data):
        article = extract_page(invocation, data, url, outlet)
        text, facts = article.text or "", _facts(article)
    else:
        from broadtape.cleaning import clean_text
        from broadtape.cleaning.page.charset import decode

        cleaned = clean_text(decode(data, None), site=outlet)
        text = cleaned.text
        facts = {"text": text, "removed": [{"line": line.line, "rule": line.rule} for line in cleaned.removed]}
    click.echo(printable(text) if form == "text" else json_line(facts))


def read_page(file: BinaryIO) -> bytes:
    """All of a file; raises UsageError for one that is larger than any page."""
    data = file.read(_LIMIT + 1)
    if len(data) > _LIMIT:
        raise UsageError(f"{file.name}: is larger than {_LIMIT:,} bytes: expected one page.")
    if is_binary(data):
        raise UsageError(f"{file.name}: is no text: expected one page of HTML, or text that was scraped.")
    return data


def is_binary(data: bytes) -> bool:
    """Whether these bytes are a program, an image, a compressed file, a PDF: text has hardly any control characters.

    UTF-16 and UTF-32 are text: their zeros stand in step.
    """
    start = data[:_SNIFFED]
    if start.startswith(b"%PDF-"):
        return True
    if any(4 * start[at::4].count(0) > 3 * len(start[at::4]) for at in range(4)):
        start = start.replace(b"\x00", b"")
    return len(_CONTROLS.findall(start)) > _MOST_CONTROLS * len(start)


def looks_like_html(data: bytes) -> bool:
    """Whether these bytes are markup; a story that mentions a tag or two is not."""
    start = data[:200_000].replace(b"\x00", b"")  # the tags of a page in UTF-16 are then seen too
    return len(_TAG.findall(start)) >= 3


def owner(invocation: Invocation, url: str | None) -> Site | None:
    """The configured outlet on whose hosts `url` lies."""
    return next((site for site in invocation.sites.values() if site.owns(url)), None) if url else None


def extract_page(
    invocation: Invocation, data: bytes, url: str | None, site: Site | None, learnt: LearntRules | None = None
) -> Article:
    """The article in a page; where neither address nor outlet was named, those that the page itself names."""
    from broadtape.cleaning import extract

    article = extract(data, url or "", site=site, learnt=learnt)
    said = article.canonical_url
    if url or not said:
        return article
    return extract(data, said, site=site or owner(invocation, said), learnt=learnt)


def _facts(article: Article) -> dict[str, Any]:
    """What the page says; what only an archive knows is left out."""
    from broadtape.urls import host_of

    row = article.as_dict()
    archived = list(row)[list(row).index("article_id") :]
    if not host_of(article.url):
        row["url"] = None  # neither the caller nor the page said where it lay
    return {name: value for name, value in row.items() if name not in archived}
