"""The index's fields. One document is one row of `articles`: which rows a reader sees is a matter of the query."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from tantivy import Index, Schema, SchemaBuilder, Searcher

from broadtape.corpus.fulltext.analysis import CJK, PLAIN, STEMMED, analyzer

__all__ = [
    "COUNTED",
    "FORMAT",
    "NUMBER",
    "article_number",
    "held_kinds",
    "index_schema",
    "register",
]

FORMAT = 4
"""Of the index; one of another number is made anew."""
KINDS = (*STEMMED, PLAIN, CJK)
"""There is a `title_<kind>` and a `text_<kind>` for each."""
COUNTED: Mapping[str, str] = {"section": "section_written", "ticker": "symbol"}
"""Fields that hold what hits are counted by, where filters go by another form of it: sections as they are written, for
filters know them in any case, and symbols without an exchange."""
NAMES = ("article_id", "site", "ticker", "language", "section", "standing", "undated", *COUNTED.values())
"""Fields that are matched whole. `undated` is `yes` of a text without a time of publication."""
NUMBER = "number"
"""The article's id as a number, which is read for thousands of hits at once; see `article_number`."""
TIMES = (
    "dated_at",
    "published_at",
    "fetched_at",
    "archived_at",
    "current_until",
    "edition_until",
    "world_until",
)
"""Microseconds since 1970."""


def index_schema() -> Schema:
    """The fields of an index of this format."""
    builder = SchemaBuilder()
    for kind in KINDS:
        builder.add_text_field(f"title_{kind}", tokenizer_name=f"bt_{kind}")
        builder.add_text_field(f"text_{kind}", tokenizer_name=f"bt_{kind}")
    builder.add_text_field("author", tokenizer_name=f"bt_{PLAIN}")
    for name in NAMES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*TIMES, NUMBER):
        builder.add_integer_field(name, fast=True)
    builder.add_bytes_field("row", stored=True)
    return builder.build()


def article_number(article_id: str) -> int:
    """What stands in the field `NUMBER`: 56 bits, which no two articles of an archive are ever likely to share."""
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=7).digest())


def held_kinds(searcher: Searcher) -> tuple[str, ...]:
    """The kinds of fields that may hold a text: those of no language that has a stemmer, and of the ones in the index.

    Every field that is asked costs something, whether it holds anything or not.
    """
    return tuple(kind for kind in KINDS if kind not in STEMMED or searcher.doc_freq("language", kind))


def register(index: Index) -> Index:
    """The same index, knowing how its fields are analysed; needed whenever one is opened."""
    for kind in KINDS:
        index.register_tokenizer(f"bt_{kind}", analyzer(kind))
    return index
