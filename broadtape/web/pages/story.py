"""One story: its text, its changes, what cleaning took out, and the page it was made from."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from broadtape.article import Article
from broadtape.corpus import Corpus
from broadtape.corpus.coverage.absence import why_no_story
from broadtape.errors import UsageError
from broadtape.text.word_diff import Kept, Piece, compare
from broadtape.times import iso, utcnow
from broadtape.web.citation import Citation
from broadtape.web.page_context import PageContext, absolute, context_of
from broadtape.web.page_query import PageQuery, address
from broadtape.web.shortlist import Shortlist
from broadtape.web.snapshot_cache import CachedView
from broadtape.web.widgets.prose import Table, set_out

__all__ = ["StoryPage", "changes", "cite", "find", "removed", "story"]

_LIKES = 20


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A story as it is asked for: one of its revisions, among all of them."""

    shown: Article
    revisions: tuple[Article, ...]
    """Oldest first."""

    @property
    def is_last(self) -> bool:
        """Whether the last revision is shown."""
        return self.shown is self.revisions[-1]

    @property
    def pieces(self) -> list[str | Table]:
        """Its text, paragraph by paragraph and table by table."""
        return list(set_out(self.shown.paragraphs))

    @property
    def begins_with_its_summary(self) -> bool:
        """Whether the text says first what the summary says, so that a reader need not read it twice."""
        summary = " ".join((self.shown.summary or "").split()).rstrip(".… ")
        return " ".join((self.shown.text or "")[: 2 * len(summary) + 100].split()).startswith(summary)


@dataclass(frozen=True, slots=True)
class Change:
    """What one revision changed in the one before."""

    before: Article
    after: Article
    title: list[Piece]
    text: list[list[Piece] | Kept]


def story(request: Request) -> Response:
    """The story's text with what is known of it."""
    context, asked, found = _asked(request)
    return context.page(request, "story", asked, story=found, likes=_likes(context.view(), asked, found.shown))


def changes(request: Request) -> Response:
    """What its publisher changed, newest first."""
    context, asked, found = _asked(request)
    told = [_change(before, after) for before, after in itertools.pairwise(found.revisions)]
    return context.page(request, "changes", asked, story=found, changes=told[::-1])


def removed(request: Request) -> Response:
    """The lines that cleaning took out, each with its rule."""
    context, asked, found = _asked(request)
    return context.page(request, "removed", asked, story=found)


def cite(request: Request) -> Response:
    """The text that is shown as a citation, with its permanent address."""
    context, asked, found = _asked(request)
    return context.page(request, "cite", asked, story=found, citation=_citation(request, context, asked, found))


def _citation(request: Request, context: PageContext, asked: PageQuery, found: StoryPage) -> Citation:
    shown = found.shown
    # As of when the archive had this very text: neither a later revision nor better cleaning changes anything there.
    moment = asked.as_of or shown.archived_at
    path = address(
        "/story",
        {
            "url": shown.url,
            "site": shown.site,
            "revision": shown.revision,
            "as_of": moment and iso(moment),
            "clock": asked.clock if asked.as_of else None,
        },
    )
    outlet = context.titles.get(shown.site or "", shown.site or "")
    return Citation(shown, outlet, absolute(request, path), utcnow().date())


def find(corpus: Corpus, asked: PageQuery) -> StoryPage:
    """The story at the address that is asked for; raises HTTPException where there is none."""
    url = asked.given.get("url", "")
    if not url:
        raise UsageError("The address lacks the story's own: expected ?url=https://…")
    rows = list(corpus.articles(**asked.then(url=url, site=asked.site, revisions=True, by="fetched")))
    if not rows:
        status = 410 if corpus.taken_down(url) else 404
        raise HTTPException(status, why_no_story(corpus, url, asked.as_of))
    # Two outlets may have a story at one address: that which was fetched last, unless the outlet is named.
    revisions = tuple(row for row in rows if row.article_id == rows[-1].article_id)
    number = asked.revision or len(revisions)
    if number > len(revisions):
        raise HTTPException(404, f"The story has {len(revisions)} revisions: there is no revision {number}.")
    return StoryPage(revisions[number - 1], revisions)


def _asked(request: Request) -> tuple[PageContext, PageQuery, StoryPage]:
    context, asked = context_of(request), PageQuery.of(request.query_params)
    return context, asked, find(context.view().corpus, asked)


def _likes(view: CachedView, asked: PageQuery, article: Article) -> Shortlist[Article]:
    """Other stories with nearly the same text, the earliest first."""
    # Most stories have none; which have is found out once a version.
    as_of, clock, corpus = asked.as_of, asked.clock, view.corpus
    clustered = view.remember(
        ("clustered", as_of, clock), lambda: frozenset(corpus.clusters(as_of=as_of, clock=clock)["article_id"])
    )
    if article.article_id not in clustered:
        return Shortlist((), 0)
    found = corpus.similar(article, as_of=as_of, clock=clock)
    return Shortlist.of([each for each in found if each.article_id != article.article_id], _LIKES)


def _change(before: Article, after: Article) -> Change:
    (title,) = compare([before.title or ""], [after.title or ""]) or [[]]
    return Change(
        before,
        after,
        title if isinstance(title, list) else [],
        [] if before.text == after.text else compare(before.paragraphs, after.paragraphs),
    )
