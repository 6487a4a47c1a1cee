"""What verification finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Damage", "Kind"]

Kind = Literal[
    "table_unreadable",  # its log cannot be read
    "file_missing",  # a data file that the table names is not there
    "file_unreadable",  # it is no Parquet file, or a damaged one
    "statistics_differ",  # what the log says of a file is not what is in it: readers may miss its rows
    "text_differs",  # an article's text has not the digest its row gives
    "segment_missing",  # rows name a WARC file that is not there
    "segment_torn",  # a WARC file that ends inside a record, or is damaged
    "segment_unchecked",  # a WARC file that ends the processes that read it: nothing is known of it
    "segment_unknown",  # a WARC file that no row names: its rows were never written
    "segment_misnamed",  # a file among the segments that is not named as one is: nothing reads it
    "record_missing",  # no record starts where a row says
    "digest_differs",  # a record's bytes have not the digest that it, or its row, gives
    "object_differs",  # a log file, a set of rules or a part of the index has other bytes than were written
    "rules_unreadable",  # a set of learnt rules, or what says which is in force, is missing or damaged
    "state_unreadable",  # what the last run left for the next, which may be lost without harm
    "lease_unreadable",  # who is writing an outlet cannot be told
    "lease_dead",  # a run ended without giving its lease back
]


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it should be. `where` is a key, with the offset where there is one."""

    kind: Kind
    where: str
    message: str
    """One sentence with what to do."""
