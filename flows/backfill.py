"""Backfill as a flow: other people's WARC files into the archive."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from prefect import flow
from pydantic import Field

from broadtape.jobs import backfill as job
from broadtape.jobs.recordings.cc_news import COMMON_CRAWL
from flows.dead_runs import live
from flows.here import listener
from flows.pages import leave_report, moment
from flows.steps import TaskSteps

__all__ = ["backfill"]

_Files = Annotated[list[str], Field(min_length=1)]


@flow(
    name="backfill",
    description="Archive the articles in WARC files, at their own times.",
    persist_result=False,
    on_running=[live],
)
def backfill(
    files: _Files,
    archive: str | None = None,
    sites: list[str] | None = None,
    config: str | None = None,
    engine: Literal["local", "dask"] | None = None,
    endpoint: str | None = None,
    anonymous: bool = False,
    since: str | None = None,
    until: str | None = None,
    root: str = COMMON_CRAWL,
    again: bool = False,
) -> dict[str, Any]:
    """Archives the configured outlets' articles in these files; gives the run's report as plain data.

    Args:
        files: WARC files, compressed or not, where the process that takes the run can read them: paths, s3:// and web
            addresses, or cc-news.
        archive: Where the archive lies, if not where the settings say.
        sites: Outlets to take; every configured one where none is named.
        config: Folder that holds broadtape.toml and sites/.
        engine: Who does the work, `local` or `dask`, if not whom the settings name.
        endpoint: The S3 server with the recordings, if not the one that the environment names.
        anonymous: Whether it is asked without credentials.
        since: Of cc-news, files begun since. ISO 8601, or a span back such as 3d.
        until: Of cc-news, files begun before.
        root: Of cc-news, where a copy of Common Crawl's layout lies.
        again: Whether files elsewhere are read although they were read to their ends before.
    """
    report = job.backfill(
        files,
        sites=sites,
        archive=archive,
        config=config,
        watch=listener(),
        steps=TaskSteps(),
        engine=engine,
        endpoint=endpoint,
        anonymous=anonymous,
        since=moment(since),
        until=moment(until),
        root=root,
        again=again,
    )
    leave_report(report)
    return report.as_dict()
