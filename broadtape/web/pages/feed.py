"""Any list of stories as an Atom feed: the same question, at another path."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus.reading.filters import Narrowing
from broadtape.times import EARLIEST
from broadtape.web.alike import COLUMNS
from broadtape.web.article_list import newest
from broadtape.web.atom import Entry, feed
from broadtape.web.page_context import absolute, context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.snapshot_cache import CachedView

__all__ = ["atom"]

_ENTRIES = 50
_NEVER = datetime.combine(EARLIEST, time(), UTC)
"""When a list without a story was last changed."""


def atom(request: Request) -> Response:
    """The newest stories that pass the filters and hold the words.

    Newest by when they were fetched: a story that is archived days after its publication must not come in below what a
    feed reader has seen. Where days of publication are asked for, by these.
    """
    context, asked = context_of(request), PageQuery.of(request.query_params)
    view = context.view()
    rows = _rows(view, asked)
    entries = [
        Entry(
            row,
            context.titles.get(row["site"], row["site"]),
            absolute(request, asked.link("/story", url=row["url"], site=row["site"])),
        )
        for row in rows
    ]
    body = feed(
        _title(asked, context.titles),
        archive=view.corpus.id,
        own=absolute(request, asked.again("/feed.atom", sort=None)),
        page=absolute(request, asked.again("/search")),
        updated=max((row["fetched_at"] for row in rows), default=asked.as_of or _NEVER),
        entries=entries,
    )
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, headers={"ETag": tag}, media_type="application/atom+xml")


def _rows(view: CachedView, asked: PageQuery) -> list[dict[str, Any]]:
    filters: Narrowing = {**asked.filters}
    if asked.since is None and asked.until is None:
        filters["by"] = "fetched"
    if not asked.query:
        return newest(view, filters, limit=_ENTRIES).rows
    found = view.corpus.search(asked.query, limit=_ENTRIES, sort="newest", snippets=False, cluster=True, **filters)
    return [{name: getattr(hit.article, name) for name in COLUMNS} for hit in found]


def _title(asked: PageQuery, titles: Mapping[str, str]) -> str:
    named = [titles.get(site, site) for site in asked.site]
    parts = [asked.query, *asked.ticker, *named, *asked.section, *asked.language]
    then = f", as of {asked.as_of:%Y-%m-%d %H:%M} UTC" if asked.as_of else ""
    return f"{' · '.join(filter(None, parts)) or 'All stories'}{then} – broadtape"
