"""Any answer as a file, streamed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from broadtape.article.formats import ENCODERS
from broadtape.corpus import Corpus
from broadtape.corpus.fulltext.results import DEEPEST
from broadtape.corpus.reading.filters import Narrowing
from broadtape.errors import UsageError
from broadtape.web.page_context import context_of
from broadtape.web.page_query import PageQuery

__all__ = ["download"]

_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
_HITS = 500
"""Stories found by words that are read together."""


def download(request: Request) -> Response:
    """All stories that pass the filters, with every column; of one address, its revisions."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    form = request.path_params["form"]
    if form not in _KINDS:
        raise HTTPException(404, f"There is no download as {form!r}: expected csv, jsonl or parquet.")
    # What a browser saves as CSV is opened by a spreadsheet.
    pieces = ENCODERS["spreadsheet" if form == "csv" else form](_batches(context.view().corpus, asked))
    # What can go wrong mostly does before the first piece, when a page can still say so.
    first = list(itertools.islice(pieces, 1))
    headers = {"Content-Disposition": f'attachment; filename="{_name(asked)}.{form}"'}
    return StreamingResponse(itertools.chain(first, pieces), headers=headers, media_type=_KINDS[form])


def _batches(corpus: Corpus, asked: PageQuery) -> Iterator[pl.DataFrame]:
    """Oldest first, or as they were found."""
    if asked.query:
        return _hits(corpus, asked)
    url = asked.given.get("url")
    filters: Narrowing = {**asked.filters, "url": url, "revisions": bool(url)}
    return corpus.batches(**filters)


def _hits(corpus: Corpus, asked: PageQuery) -> Iterator[pl.DataFrame]:
    schema = corpus.frame(limit=0).collect_schema()
    for offset in itertools.count(0, _HITS):
        found = corpus.search(asked.query, limit=_HITS, offset=offset, sort=asked.sort, snippets=False, **asked.filters)
        if found.total > DEEPEST:
            raise UsageError(
                f"The search finds {found.total:,} texts, and a file holds {DEEPEST:,} of a search: narrow it, or take "
                "what its filters find without words."
            )
        if offset and not found.hits:
            return
        yield pl.DataFrame([hit.article.as_dict() for hit in found], schema=schema)


def _name(asked: PageQuery) -> str:
    """The file's name: what was asked for, as far as a file may be called that."""
    parts = ("broadtape", *asked.site[:2], *asked.ticker[:2], asked.query, asked.as_of and f"{asked.as_of:%Y%m%dT%H%M}")
    words = (re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-")[:40] for part in parts if part)
    return "-".join(filter(None, words))
