"""What a model may ask of the archive: each tool a method, whose docstring and types are what the model is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field

from broadtape.agents.moment import Pin
from broadtape.article import Article
from broadtape.article.formats import plain_row
from broadtape.corpus import Corpus
from broadtape.errors import UsageError
from broadtape.times import iso

__all__ = ["ArchiveTools"]

_LOOK_AGAIN = 10.0
"""Seconds for which a version is taken to be the newest."""
_MOST_HITS, _MOST_DAYS, _MOST_REVISIONS = 50, 366, 50
_PART = 20_000
"""Characters of a text that are given at a time: what a model reads with care."""
_LISTED = ("url", "site", "title", "summary", "authors", "dated_at", "dated_by", "published_precision", "fetched_at")
_FACTS = (
    *_LISTED,
    "archived_at",
    "revision",
    "language",
    "section",
    "tickers",
    "word_count",
    "update_note",
    "paywalled",
)

Names = Annotated[list[str] | None, Field(description="Any of these.", max_length=50)]
Time = Annotated[
    str | None,
    Field(description="ISO 8601, UTC where it has no offset, or a span back from the session's present, such as 3d."),
]
AsOf = Annotated[
    str | None, Field(description="Answer as at this time, which must not lie behind the one the session is bound to.")
]
Url = Annotated[str, Field(description="The story's address, in any way of writing it.", max_length=2_000)]


class ArchiveTools:
    """Over one archive, bound to one moment or none."""

    def __init__(self, corpus: Corpus, pin: Pin) -> None:
        self._corpus, self._pin = corpus, pin
        self._lock, self._looked = threading.Lock(), time.monotonic()

    def search(
        self,
        query: Annotated[
            str,
            Field(description='Words that must all be there; OR, -word, "a phrase", begin*, title:word; * for all.'),
        ] = "*",
        site: Names = None,
        ticker: Names = None,
        language: Names = None,
        section: Names = None,
        since: Time = None,
        until: Time = None,
        by: Literal["published", "fetched"] = "published",
        sort: Literal["relevance", "newest"] = "relevance",
        cluster: Annotated[bool, Field(description="Stories that are nearly the same as one.")] = True,
        limit: Annotated[int, Field(ge=1, le=_MOST_HITS)] = 10,
        offset: Annotated[int, Field(ge=0, le=5_000)] = 0,
        as_of: AsOf = None,
    ) -> dict[str, Any]:
        """Find articles by what stands in them and by outlet, ticker, language, section and time.

        Each hit has its address, which `read` takes. `dated_by` says what `dated_at` rests on where it is not the
        publisher's word; `others` is how many nearly equal stories stand behind the hit, `behind` how many texts do in
        all; where that is null, `total` counts them, too.
        """
        found = self._now().search(
            query,
            site=site,
            ticker=ticker,
            language=language,
            section=section,
            since=self._pin.time(since),
            until=self._pin.time(until),
            by=by,
            sort=sort,
            cluster=cluster,
            limit=limit,
            offset=offset,
            **self._pin.moment(as_of),
        )
        hits = [_told(hit.article, _LISTED) | {"snippet": hit.snippet, "others": len(hit.others)} for hit in found]
        told = {"total": found.total, "behind": found.behind, "undated": found.undated, "notice": found.notice}
        return self._as_of(as_of) | told | {"hits": hits}

    def read(
        self,
        url: Url,
        revision: Annotated[int | None, Field(ge=1, description="This revision, not the last.")] = None,
        start: Annotated[int, Field(ge=0, description="From this character of the text on.")] = 0,
        as_of: AsOf = None,
    ) -> dict[str, Any]:
        """Read one story: facts and text, as its publisher had left it. A long text comes in parts: `next_start`."""
        revisions = self._revisions(url, as_of)
        if revision is not None and revision > len(revisions):
            raise UsageError(f"The story had {len(revisions)} revisions then: there is no revision {revision}.")
        article = revisions[revision - 1 if revision else -1]
        text = article.text or ""
        following = start + _PART if start + _PART < len(text) else None
        told = {"text": text[start : start + _PART], "next_start": following, "revisions": len(revisions)}
        return self._as_of(as_of) | _told(article, _FACTS) | told

    def revisions(self, url: Url, as_of: AsOf = None) -> dict[str, Any]:
        """What the publisher changed: each revision with its times, and the paragraphs that came and went."""
        every = self._revisions(url, as_of)
        before: set[str] = set()
        told = []
        for article in every:
            now = {article.title or "", *article.paragraphs}
            row = _told(article, ("revision", "title", "fetched_at", "archived_at", "word_count", "update_note"))
            if before:
                row |= {"came": sorted(now - before), "went": sorted(before - now)}
            before = now
            told.append(row)
        left = max(len(told) - _MOST_REVISIONS, 0)
        return self._as_of(as_of) | {"url": every[-1].url, "earlier_left_out": left, "revisions": told[left:]}

    def as_of(self) -> dict[str, Any]:
        """As of when this session reads, and by which clock; nothing that came later is in any answer."""
        clocks = {"archived": "what this archive held then", "fetched": "what the world could read then"}
        bound = self._pin.as_of is not None
        return self._as_of(None) | {"bound": bound, "clock": self._pin.clock, "meaning": clocks[self._pin.clock]}

    def coverage(
        self, site: Names = None, since: Time = None, until: Time = None, as_of: AsOf = None
    ) -> dict[str, Any]:
        """What is held of each outlet and on which days somebody looked: whether no news means that there was none.

        A day with polls and no articles was quiet; a day that is missing was not looked at.
        """
        corpus, moment = self._now(), self._pin.moment(as_of)
        asked = {"site": site, "since": self._pin.time(since), "until": self._pin.time(until)}
        days = corpus.coverage(**asked, **moment)  # type: ignore[arg-type]
        left = max(days.height - _MOST_DAYS, 0)
        wanted = set(site or ())
        held = [outlet for outlet in corpus.outlets(**moment) if not wanted or outlet.site in wanted]
        names = ("site", "articles", "revisions", "first_published_at", "last_published_at", "last_polled_at")
        outlets = [plain_row({name: getattr(outlet, name) for name in names}) for outlet in held]
        rows = [plain_row(row) for row in days.sort("date", "site").tail(_MOST_DAYS).to_dicts()]
        return self._as_of(as_of) | {"outlets": outlets, "earlier_days_left_out": left, "days": rows}

    def every(self) -> tuple[Any, ...]:
        """The tools."""
        return self.search, self.read, self.revisions, self.as_of, self.coverage

    def _now(self) -> Corpus:
        with self._lock:
            if time.monotonic() - self._looked > _LOOK_AGAIN:
                self._corpus.refresh()
                self._looked = time.monotonic()
            return self._corpus

    def _revisions(self, url: str, as_of: str | None) -> list[Article]:
        moment = self._pin.moment(as_of)
        found = list(self._now().articles(url=url, revisions=True, by="fetched", **moment))
        if not found:
            # Not why: the ledger knows what became of an address later, too.
            then = f" as of {iso(moment['as_of'])}" if moment["as_of"] else ""
            raise UsageError(f"The archive has no story at {url}{then}.")
        return found

    def _as_of(self, given: str | None) -> dict[str, Any]:
        at = self._pin.moment(given)["as_of"]
        return {"as_of": iso(at) if at else None}


def _told(article: Article, names: Iterable[str]) -> dict[str, Any]:
    row = article.as_dict() | {"dated_at": article.dated_at, "dated_by": article.dated_by}
    return plain_row({name: row[name] for name in names if row[name] not in (None, [], "")})
