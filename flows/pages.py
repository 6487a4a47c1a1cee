"""What Prefect's pages show of a run: the table that the command prints."""

from __future__ import annotations

from datetime import datetime

from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext

from broadtape.monitoring.run_report import COLUMNS, OutletReport, RunReport
from broadtape.times import parse_time

__all__ = ["leave_artifact", "leave_report", "moment"]


def markdown(report: RunReport) -> str:
    """The report in Markdown: what is wrong first, then the verdict, and the table, outlets in trouble on top."""
    troubles = [f"- **{name}** failed: {why}." for name, why in report.troubles.items()]
    busy = [f"- **{name}** was left out: {why}" for name, why in report.left_out.items()]
    notices = [f"- **{o.site}**: {notice}." for o in report.outlets.values() for notice in o.notices]
    rows = [COLUMNS, *(outlet.cells() for outlet in sorted(report.outlets.values(), key=_well))]
    lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(COLUMNS))
    return "\n".join([*troubles, *busy, *notices, "", report.verdict(), "", *lines])


def _well(outlet: OutletReport) -> bool:
    return not (outlet.trouble or outlet.busy)


def moment(given: str | None) -> datetime | None:
    """A time as a form takes it: ISO 8601, or a span back such as 3d; raises InvalidTime."""
    return parse_time(given) if given else None


def leave_report(report: RunReport) -> None:
    """Keeps the run's table with the flow run."""
    leave_artifact("archive-news", report.verdict(), markdown(report))


def leave_artifact(key: str, description: str, text: str) -> None:
    """Keeps a Markdown text with the flow run; outside of one there is nothing to keep it with."""
    if FlowRunContext.get():
        create_markdown_artifact(text, key=key, description=description)
