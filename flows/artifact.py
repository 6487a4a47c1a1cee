"""The run's table as a Prefect artifact: the same that the command prints."""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext

from broadtape.monitoring.run_report import COLUMNS, RunReport

__all__ = ["leave_artifact", "markdown"]


def markdown(report: RunReport) -> str:
    """The report as a Markdown table, with the verdict above it and each trouble below."""
    rows = [COLUMNS, *(outlet.cells() for outlet in report.outlets.values())]
    lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(COLUMNS))
    troubles = [f"- **{name}** failed: {why}." for name, why in report.troubles.items()]
    busy = [f"- **{o.site}** was left out: {o.busy}" for o in report.outlets.values() if o.busy]
    return "\n".join([report.verdict(), "", *lines, "", *troubles, *busy])


def leave_artifact(report: RunReport) -> None:
    """Keeps the table with the flow run; outside of one there is nothing to keep it with."""
    if FlowRunContext.get():
        create_markdown_artifact(markdown(report), key="archive-news", description=report.verdict())
