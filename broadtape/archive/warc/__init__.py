"""WARC (ISO 28500, version 1.1): segments written one gzip member a record, read with offsets, recovered, blanked."""

from __future__ import annotations

from broadtape.archive.warc.heads import Head
from broadtape.archive.warc.http import Http
from broadtape.archive.warc.members import Damage
from broadtape.archive.warc.reader import Record, read_record, read_segment, scan
from broadtape.archive.warc.recovery import recover
from broadtape.archive.warc.stretches import Stretch, StretchReader, stretches
from broadtape.archive.warc.writer import SegmentWriter

__all__ = [
    "Damage", "Head", "Http", "Record", "SegmentWriter", "Stretch", "StretchReader", "read_record", "read_segment",
    "recover", "scan", "stretches",
]  # fmt: skip
