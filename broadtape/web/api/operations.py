"""What the API answers: each operation a function from a corpus and what was asked to rows and where they end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from broadtape.article import Article
from broadtape.corpus import Corpus
from broadtape.corpus.paging import beyond, changes_page, page_of
from broadtape.corpus.reading.query import checked_columns
from broadtape.corpus.reading.resolve_versions import KEY
from broadtape.errors import ArchiveError, StoreError, UsageError
from broadtape.web.api import parameters as ask
from broadtape.web.api.cursors import packed, unpacked

__all__ = ["OPERATIONS", "Answer", "Gone", "Operation", "Turn"]

_KINDS = (str, datetime, str, datetime)
"""Of the values that name a row."""
_CHANGE = (datetime, str, datetime, str)
_DATED = ("dated_at", "dated_by")
_DIGITS = 12


class Gone(UsageError):
    """A cursor of a version that is no longer kept."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Which part of an answer is wanted: `limit` rows of a question from behind a cursor."""

    question: str
    cursor: str | None
    limit: int

    def place(self, *kinds: type) -> tuple[Any, ...] | None:
        """Where the cursor points; None where none was given. Raises UsageError for what is no cursor of this."""
        return unpacked(self.cursor, self.question, kinds) if self.cursor is not None else None

    def mark(self, *place: Any) -> str:
        """The cursor of a place."""
        return packed(place, self.question)


def _nothing(_rows: int) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows in their order; `cursor` gives the word for what comes after so many of them; `more` follow the last."""

    rows: Sequence[Mapping[str, Any]]
    cursor: Callable[[int], str]
    more: bool
    facts: Callable[[int], Mapping[str, Any]] = _nothing
    """What is said beside so many of the rows, such as `total`."""
    version: int | None = None
    """The version that was read, where that is not the newest."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One path: what may be asked there, and who answers. `items` names the schema of its rows."""

    name: str
    summary: str
    parameters: tuple[ask.Parameter, ...]
    answer: Callable[[Corpus, dict[str, Any], Turn], Answer]
    items: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Schemas of what is said beside its rows."""


def articles(corpus: Corpus, asked: dict[str, Any], turn: Turn) -> Answer:
    """Articles by time and id."""
    columns = _columns(asked)
    query = corpus.query(**asked)
    kinds = (datetime, *(kind for name, kind in zip(KEY, _KINDS, strict=True) if name != query.order))
    read = tuple(dict.fromkeys((*columns, "published_at")))
    page = page_of(corpus, query, read, limit=turn.limit, after=turn.place(*kinds))
    rows = page.rows.select(columns).to_dicts()
    if query.cluster:
        others = dict(corpus.near_duplicates(**asked).iter_rows())
        for row, place in zip(rows, page.places, strict=True):
            row["near_duplicates"] = len(others.get(place[1], ()))
    undated = page.rows["published_at"].is_null()
    counted = lambda n: {"undated": int(undated.head(n).sum()) if query.takes_undated else 0}  # noqa: E731
    return Answer(rows, lambda n: turn.mark(*page.places[n - 1]), page.more, counted)


def search(corpus: Corpus, asked: dict[str, Any], turn: Turn) -> Answer:
    """Hits, best or newest first."""
    columns, words = _columns(asked), asked.pop("q")
    (offset,) = turn.place(int) or (0,)
    found = corpus.search(words, limit=turn.limit, offset=offset, **asked)
    shown = found.frame().select(columns).to_dicts()
    rows = [
        row | {"score": hit.score, "snippet": hit.snippet, "highlights": hit.highlights, "others": hit.others}
        for row, hit in zip(shown, found.hits, strict=True)
    ]
    facts = {"total": found.total, "behind": found.behind, "undated": found.undated, "notice": found.notice}
    left = offset + len(rows) < found.total and (found.behind is not None or bool(rows))
    return Answer(rows, lambda n: turn.mark(offset + n), left, lambda _: facts)


def revisions(corpus: Corpus, asked: dict[str, Any], turn: Turn) -> Answer:
    """Every revision of the story at an address, oldest first."""
    columns = _columns(asked)
    read = corpus.batches(columns=columns, **asked, revisions=True, by="fetched")
    return _listed([row for batch in read for row in batch.iter_rows(named=True)], turn)


def changes(corpus: Corpus, asked: dict[str, Any], turn: Turn) -> Answer:
    """What was archived since, in the order in which it was."""
    columns, since = _columns(asked), asked.pop("since")
    until, *after = turn.place(int, *_CHANGE) or (corpus.version,)
    try:
        pinned = corpus if until == corpus.version else corpus.at(until)
        keys = pinned.changed(since, **asked)
    except StoreError:
        raise
    except ArchiveError as error:
        raise Gone(str(error)) from None
    page = changes_page(pinned, keys, columns, limit=turn.limit, after=tuple(after) or None)
    mark: Callable[[int], str] = lambda n: turn.mark(until, *page.places[n - 1])  # noqa: E731
    return Answer(page.rows.to_dicts(), mark, page.more, version=until)


def outlets(corpus: Corpus, asked: dict[str, Any], turn: Turn) -> Answer:
    """Every outlet, by name."""
    return _listed([asdict(outlet) for outlet in corpus.outlets(**asked)], turn)


def coverage(corpus: Corpus, asked: dict[str, Any], turn: Turn) -> Answer:
    """Articles and looks by outlet and day."""
    order, rows = ("site", "date"), corpus.coverage(**asked)
    if place := turn.place(str, date):
        rows = rows.filter(beyond(order, place))
    shown = rows.head(turn.limit)
    places = shown.select(order).rows()
    return Answer(shown.to_dicts(), lambda n: turn.mark(*places[n - 1]), rows.height > turn.limit)


def _columns(asked: dict[str, Any]) -> tuple[str, ...]:
    """Takes `columns` out of what was asked; what is left are filters."""
    given = asked.pop("columns", None)
    if given is None:
        return (*Article.columns(), *_DATED)
    return checked_columns([name.strip() for name in given.split(",")], extra=_DATED)


def _listed(rows: Sequence[Mapping[str, Any]], turn: Turn) -> Answer:
    (offset,) = turn.place(int) or (0,)
    shown = rows[offset : offset + turn.limit]
    return Answer(shown, lambda n: turn.mark(offset + n), offset + turn.limit < len(rows))


def _since(name: str, value: str) -> int | datetime:
    version = value.isascii() and value.isdigit() and len(value) <= _DIGITS
    return int(value) if version else ask.moment(name, value)


_NUMBER = {"type": "integer", "minimum": 0}
_BEHIND = {"type": ["integer", "null"], "minimum": 0}
_URL = ask.text("url", "The story at this address, in any way of writing it.", required=True)
_SINCE = ask.Parameter(
    "since",
    "The `version` of an earlier answer, exact whatever happened meanwhile and kept for two days, or a time.",
    {"type": "string", "pattern": r"^(\d{1,12}|\d{4}-\d{2}-\d{2}([T ].*)?|\d{1,6}[smhdw])$", "maxLength": 64},
    _since,
    required=True,
)
_EDITIONS = ask.flag("editions", "What each version of the cleaning rules made of every revision.")
OPERATIONS = (
    Operation(
        "articles",
        "Articles, oldest first",
        (*ask.NARROW, _EDITIONS, ask.CLUSTER, ask.COLUMNS),
        articles,
        "Article",
        {"undated": _NUMBER},
    ),
    Operation(
        "search",
        "Articles by what stands in them",
        (
            ask.text("q", "What to search for, such as `rate cut -fed`.", required=True),
            *ask.NARROW,
            ask.CLUSTER,
            ask.of_choices("sort", "Best matches first, recent ones lifted, or the newest.", "relevance", "newest"),
            ask.COLUMNS,
        ),
        search,
        "Hit",
        {"total": _NUMBER, "behind": _BEHIND, "undated": _NUMBER, "notice": {"type": ["string", "null"]}},
    ),
    Operation("revisions", "Every revision of one story", (_URL, *ask.AS_OF, ask.COLUMNS), revisions, "Article"),
    Operation("changes", "What was archived since", (_SINCE, *ask.WHERE, ask.COLUMNS), changes, "Article"),
    Operation("outlets", "What is held of each outlet", ask.AS_OF, outlets, "Outlet"),
    Operation("coverage", "Articles and looks by outlet and day", ask.FILTERS, coverage, "Day"),
)
