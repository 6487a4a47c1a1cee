"""WARC (ISO 28500, version 1.1): segments written one gzip member a record, read with offsets, recovered, blanked."""

from __future__ import annotations

from broadtape.archive.warc.http import Http
from broadtape.archive.warc.reader import Record, read_record, read_segment
from broadtape.archive.warc.recovery import recover
from broadtape.archive.warc.writer import SegmentWriter

__all__ = ["Http", "Record", "SegmentWriter", "read_record", "read_segment", "recover"]
