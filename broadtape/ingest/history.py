"""What the archive already holds of some stories, and whether a new text is news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_

import polars as pl

from broadtape.archive import Archive, sql_text
from broadtape.article import Article

__all__ = ["Histories", "SameText", "Seen"]

_COLUMNS = (
    "article_id", "fetched_at", "archived_at", "extractor", "title", "text_sha256", "payload_sha256",
    "url", "site", "warc_file", "warc_offset", "warc_length", "access",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """One text the archive holds, without the text."""

    article_id: str
    fetched_at: datetime
    extractor: str | None
    title: str | None
    text_sha256: str | None
    payload_sha256: str | None
    url: str
    site: str
    access: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None

    @classmethod
    def of(cls, article: Article) -> Seen:
        """What is remembered of an article that is about to be archived."""
        return cls(**{name: getattr(article, name) for name in _COLUMNS if name != "archived_at"})


SameText = Callable[[Article, Seen], bool]
"""Whether a new page says the same as an archived one, both cleaned by today's rules."""


@dataclass(slots=True)
class Histories:
    """The texts held of each story, by the time they were fetched; grows as new ones are accepted."""

    rows: dict[str, dict[datetime, Seen]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def load(cls, archive: Archive, site: str, article_ids: Collection[str]) -> Histories:
        """The histories of these stories of one outlet; the newest edition of each text."""
        return cls.of_outlets(archive, {site: article_ids})[site]

    @classmethod
    def of_outlets(cls, archive: Archive, stories: Mapping[str, Collection[str]]) -> dict[str, Histories]:
        """The same of each outlet's stories, in one look."""
        histories = {site: cls() for site in stories}
        wanted = {site: sorted(ids) for site, ids in stories.items() if ids}
        if wanted:
            asked = [(pl.col("site") == site) & pl.col("article_id").is_in(ids) for site, ids in wanted.items()]
            found = archive.tables["articles"].read(
                lambda rows: rows.filter(reduce(or_, asked)).select(_COLUMNS).sort("archived_at").drop("archived_at"),
                f"site IN ({', '.join(map(sql_text, wanted))})",
                glance=True,
            )
            for row in found.iter_rows(named=True):
                histories[row["site"]].rows[row["article_id"]][row["fetched_at"]] = Seen(**row)
        return histories

    def copy(self) -> Histories:
        """The same, to grow by itself."""
        rows: dict[str, dict[datetime, Seen]] = defaultdict(dict)
        rows.update((story, dict(texts)) for story, texts in self.rows.items())
        return Histories(rows)

    def accept(self, article: Article, same: SameText) -> tuple[bool, bool]:
        """Whether `article` is to be archived, and whether it is a revision of a text that is held.

        Its neighbours in time decide: a text equal to the one before it adds nothing. Bytes that are already held
        add nothing either.
        """
        held = self.rows[article.article_id or ""]
        fetched_at = article.fetched_at
        assert fetched_at is not None
        earlier = [moment for moment in held if moment < fetched_at]
        if fetched_at in held or (earlier and same(article, held[max(earlier)])):
            return False, False
        held[fetched_at] = Seen.of(article)
        return True, bool(earlier)

    def forget(self, article: Article) -> None:
        """Takes back that `article` was accepted: it is not published, so that nothing may be compared with it."""
        if article.fetched_at is not None:
            self.rows[article.article_id or ""].pop(article.fetched_at, None)
