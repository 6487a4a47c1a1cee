"""Exports: plain files for those who train and analyse without this package."""

from __future__ import annotations

from broadtape.corpus.export.job import ExportReport, export
from broadtape.corpus.export.settings import ExportSettings

__all__ = ["ExportReport", "ExportSettings", "export"]
