"""`broadtape quarantine show`: a page that is held back, beside what the outlet published last."""

from __future__ import annotations

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option

__all__ = ["show"]


@click.command(
    epilog="""\b
Examples:
  broadtape quarantine show https://www.example.com/markets/story
"""
)
@click.argument("url", metavar="URL")
@archive_option
@pass_invocation
def show(invocation: Invocation, /, url: str, archive: str | None) -> None:
    """Show one page that is held back: why, what would be published of it, and the outlet's last good text beside it.

    The text is what today's rules make of the page, so that a mended outlet's file shows at once.
    """
    from rich.text import Text

    from broadtape.article import Article
    from broadtape.cli.common.side_by_side import beside
    from broadtape.cli.common.story import facts_table, removed_table
    from broadtape.cli.common.terminal_text import console, printable
    from broadtape.jobs.held_page import held_page
    from broadtape.monitoring.quarantine import why_held

    held = held_page(url, archive=invocation.archive_uri(archive), config=invocation.config_folder)
    out, page, made, good = console(), held.capture, held.made, held.last_good
    out.print(facts_table([
        ("outlet", page.site),
        ("address", page.url or ""),
        ("held back", f"{why_held(page.reason) or 'for an unknown reason'} (run {page.run})"),
        ("fetched", f"{page.fetched_at:%Y-%m-%d %H:%M:%S} UTC" if page.fetched_at else ""),
        ("kept in", f"{page.warc_file} at {page.warc_offset}"),
        ("beside it", good.url if good else "the outlet has no published text"),
    ]))  # fmt: skip
    if not isinstance(made, Article):
        out.print(Text(f"\nCleaning makes no article of it: {printable(made.reason)}", style="red"))
        return
    ours = [made.title or "(no title)", *made.paragraphs]
    theirs = [good.title or "(no title)", *good.paragraphs] if good else []
    out.print(beside(("would be published", ours), ("the last good one", theirs), wide=out.is_terminal))
    out.print(removed_table(made.removed))
