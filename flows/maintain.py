"""Upkeep, once a day: compact the tables, index what is new, clear what nobody needs any more, learn what recurs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext

from broadtape.archive import Archive
from broadtape.corpus.fulltext import update_index
from broadtape.runs import new_run_id
from broadtape.settings import load_settings
from flows.learn import lessons
from flows.pages import ArchiveUri, ConfigFolder
from flows.retrying import RETRIED

__all__ = ["maintain"]


@flow(
    name="maintain",
    description="Compact the tables, index what is new, clear what nobody needs, learn.",
    persist_result=False,
)
def maintain(archive: ArchiveUri = None, config: ConfigFolder = None) -> dict[str, Any]:
    """Keeps the archive quick to open and its texts clean; gives files and bytes before and after, and what was learnt,
    as plain data."""
    settings = load_settings(Path(config) if config else None).with_archive(archive)
    report = compact(settings.archive) | {"index": index(settings.archive)}
    if FlowRunContext.get():
        create_markdown_artifact(_markdown(report), key="maintain", description="Upkeep")
    return {**report, "learnt": lessons(settings.archive, list(settings.sites().values()))}


def _markdown(report: dict[str, Any]) -> str:
    return "\n".join(f"- {name.replace('_', ' ')}: {value}" for name, value in report.items())


@task(name="compact", **RETRIED)
def compact(archive: str) -> dict[str, Any]:
    """Compacts, vacuums and checkpoints; safe while others write."""
    return asdict(Archive.open(archive).maintain(run=new_run_id()))


@task(name="index", **RETRIED)
def index(archive: str) -> dict[str, Any]:
    """Puts new texts into the full-text index."""
    return asdict(update_index(Archive.open(archive), run=new_run_id()))
