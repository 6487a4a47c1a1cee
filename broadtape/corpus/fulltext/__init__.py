"""Full text: an index that is derived from the table, and what it is asked. Only here is tantivy imported."""

from __future__ import annotations

from broadtape.corpus.fulltext.build import IndexReport, update_index
from broadtape.corpus.fulltext.results import Hit, SearchResults, Sort
from broadtape.corpus.fulltext.search import FullText
from broadtape.corpus.fulltext.stored import discard_copies

__all__ = ["FullText", "Hit", "IndexReport", "SearchResults", "Sort", "discard_copies", "update_index"]
