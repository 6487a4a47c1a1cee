"""`broadtape show`: one story, as its readers should have seen it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from broadtape.article import Article
from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, archive_option
from broadtape.cli.common.terminal_text import printable
from broadtape.errors import ArchiveError, UsageError

if TYPE_CHECKING:
    from broadtape.corpus import Corpus

__all__ = ["show"]

_OF_A_REVISION = ("revision", "title", "fetched_at", "archived_at", "word_count", "update_note")


@click.command(
    epilog="""\b
Examples:
  broadtape show https://www.example.com/markets/story
  broadtape show URL --diff                 what the publisher changed, word by word
  broadtape show URL --diff --revision 3    what the third text changed in the second
  broadtape show URL --format json | jq .tickers
  broadtape show URL --revision 1 --removed what cleaning took out of the first text
  broadtape show URL --similar              who else ran it, and who first
  broadtape show URL --raw > page.html      the page it was made from
"""
)
@click.argument("url")
@archive_option
@click.option("--revision", type=click.IntRange(min=1), metavar="N", help="This revision.  [default: the last]")
@click.option("--as-of", type=TIME, metavar="TIME", help="As the archive answered at this time.")
@click.option("--diff", "part", flag_value="diff", help="What each revision changed.")
@click.option("--removed", "part", flag_value="removed", help="The lines that cleaning took out, each with its rule.")
@click.option("--similar", "part", flag_value="similar", help="Near-duplicates of it, at any outlet, earliest first.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="To be read, or as one JSON object.",
)
@click.option("--raw", "part", flag_value="raw", help="The archived page itself, content encoding undone.")
@pass_invocation
def show(
    invocation: Invocation,
    /,
    url: str,
    archive: str | None,
    revision: int | None,
    as_of: datetime | None,
    form: str,
    part: str | None,
) -> None:
    """Show the story at URL: text, metadata with its sources, revisions.

    Any way of writing the address will do: with tracking parameters, without www, the mobile or the AMP page.
    """
    corpus = invocation.corpus(archive)
    revisions = list(corpus.articles(url=url, revisions=True, by="fetched", as_of=as_of))
    if not revisions:
        from broadtape.corpus.coverage.absence import why_no_story

        raise ArchiveError(why_no_story(corpus, url, as_of))
    article = _picked(revisions, revision)
    if part == "raw":
        if form == "json":
            raise UsageError("The archived page is bytes, and no JSON: leave out --format.")
        _print_raw(corpus, article)
        return
    if form == "json":
        _print_json(corpus, article, revisions, part, revision, as_of)
        return
    from broadtape.cli.common import changes, story

    if part == "diff":
        changes.print_changes(story.page(), changes.changed(revisions, revision))
    elif part == "removed":
        story.print_removed(article)
    elif part == "similar":
        story.print_similar(article, corpus.similar(article, as_of=as_of))
    else:
        story.print_story(article, revisions)


def _print_json(
    corpus: Corpus,
    article: Article,
    revisions: list[Article],
    part: str | None,
    number: int | None,
    as_of: datetime | None,
) -> None:
    from broadtape.article.formats import json_line
    from broadtape.cli.common import changes

    told: dict[str, Any] = {"url": article.url, "article_id": article.article_id}
    if part == "diff":
        told["changes"] = changes.plain_changes(changes.changed(revisions, number))
    elif part == "removed":
        told |= {"revision": article.revision, "removed": article.as_dict()["removed"]}
    elif part == "similar":
        told["similar"] = [_some(each, Article.listed()) for each in corpus.similar(article, as_of=as_of)]
    else:
        told = article.as_dict() | {"dated_at": article.dated_at, "dated_by": article.dated_by}
        told["revisions"] = [_some(each, _OF_A_REVISION) for each in revisions]
    click.echo(json_line(told))


def _some(article: Article, names: Iterable[str]) -> dict[str, Any]:
    row = article.as_dict()
    return {name: row[name] for name in names}


def _picked(revisions: list[Article], number: int | None) -> Article:
    if number is None:
        return revisions[-1]
    if number > len(revisions):
        raise UsageError(f"The story has {len(revisions)} revisions: there is no revision {number}.")
    return revisions[number - 1]


def _print_raw(corpus: Corpus, article: Article) -> None:
    content = corpus.raw(article).content()
    if sys.stdout.isatty():
        click.echo(printable(content.decode("utf-8", "replace")))
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
