"""The index's fields. One document is one row of `articles`: which rows a reader sees is a matter of the query."""

from __future__ import annotations

from tantivy import Index, Schema, SchemaBuilder

from broadtape.corpus.fulltext.analysis import CJK, PLAIN, STEMMED, analyzer

__all__ = ["FORMAT", "KINDS", "NAMES", "TIMES", "index_schema", "register"]

FORMAT = 2
"""Of the index; one of another number is made anew."""
KINDS = (*STEMMED, PLAIN, CJK)
"""There is a `title_<kind>` and a `text_<kind>` for each."""
NAMES = ("article_id", "site", "ticker", "language", "section", "standing")
"""Fields that are matched whole."""
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
    for name in TIMES:
        builder.add_integer_field(name, fast=True)
    builder.add_bytes_field("row", stored=True)
    return builder.build()


def register(index: Index) -> Index:
    """The same index, knowing how its fields are analysed; needed whenever one is opened."""
    for kind in KINDS:
        index.register_tokenizer(f"bt_{kind}", analyzer(kind))
    return index
