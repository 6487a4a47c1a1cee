"""The commands of `broadtape`, one line each; a command's module is imported when it is called."""

from __future__ import annotations

import importlib.util

import click

from broadtape.cli.common.lazy_group import GLOBAL_OPTIONS, LazyGroup, Sections

__all__ = ["COMMANDS", "app"]

COMMANDS: Sections = {
    "Fill the archive": {
        "run": ("broadtape.cli.run:run", "Crawl outlets, clean what came and archive it."),
        "schedule": ("broadtape.cli.schedule:schedule", "Put every enabled outlet on the cron of its file."),
        "deploy": ("broadtape.cli.deploy:deploy", "Put the flows on a work pool, for more machines than one."),
        "worker": ("broadtape.cli.worker:worker", "Take runs from a work pool."),
        "status": ("broadtape.cli.status:status", "Show how each outlet fares and what the archive weighs."),
        "alerts": ("broadtape.cli.alerts:alerts", "Send a test alert to every receiver in the settings."),
        "backfill": ("broadtape.cli.backfill:backfill", "Archive the articles in WARC files, without crawling."),
    },
    "Read": {
        "read": ("broadtape.cli.read:read", "Print articles as JSON lines, CSV, text or Parquet."),
        "search": ("broadtape.cli.search:search", "Find articles by what stands in them."),
        "show": ("broadtape.cli.show:show", "Show one story: text, facts, revisions, what was taken out."),
        "sql": ("broadtape.cli.sql:sql", "Answer a SELECT over articles, revisions and captures."),
        "export": ("broadtape.cli.export:export", "Write a dataset: Parquet or JSON lines, with a card."),
        "stats": ("broadtape.cli.stats:stats", "Count articles per outlet and day."),
        "gaps": (
            "broadtape.cli.gaps:gaps",
            "List days without an article, and stories that are missing, with the reason.",
        ),
        "mcp": ("broadtape.cli.mcp:mcp", "Offer the archive to a language model, as tools."),
        "browse": ("broadtape.cli.browse:browse", "Open the archive in a browser: the reading room."),
    },
    "Outlets and cleaning": {
        "clean": ("broadtape.cli.clean:clean", "Clean one page, or text that was scraped already."),
        "sites": ("broadtape.cli.sites:sites", "List, show, add, check and try outlets."),
        "rules": ("broadtape.cli.rules:rules", "Learn boilerplate from the archive, review it, take it back."),
    },
    "Look after the archive": {
        "maintain": ("broadtape.cli.upkeep:maintain", "Compact, index and learn; clear what nobody needs."),
        "reextract": ("broadtape.cli.upkeep:reextract", "Clean archived pages again by today's rules."),
        "rebuild": ("broadtape.cli.upkeep:rebuild", "Make the tables anew from the WARC files."),
        "quarantine": ("broadtape.cli.quarantine:quarantine", "List, show, approve and reject what was held back."),
        "release": ("broadtape.cli.release:release", "The former name of quarantine approve and reject."),
        "upgrade": ("broadtape.cli.upgrade:upgrade", "Give an earlier release's archive what today's would have."),
        "copy": ("broadtape.cli.copy:copy", "Copy an archive that is being written, or bring a copy up to date."),
        "merge": ("broadtape.cli.merge:merge", "Take everything of another archive into this one."),
        "verify": ("broadtape.cli.verify:verify", "Check tables, WARC files and digests against each other."),
        "forget": ("broadtape.cli.forget:forget", "Remove stories for good, from every file."),
    },
}


_NEED_CHECKOUT = {
    *("run", "schedule", "deploy", "worker", "backfill"),
    *("maintain", "reextract", "rebuild", "quarantine", "release"),
}
"""Commands that start flows, or clean in worker processes as a crawl does: what they need comes with a checkout."""


def _not_here() -> set[str]:
    return set() if importlib.util.find_spec("flows") else _NEED_CHECKOUT


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from broadtape.version import __version__

        click.echo(f"broadtape {__version__}")
        ctx.exit()


app = LazyGroup(
    name="broadtape",
    sections=COMMANDS,
    unlisted=_not_here(),
    params=[
        *GLOBAL_OPTIONS,
        click.Option(
            ["--version"],
            is_flag=True,
            callback=_print_version,
            expose_value=False,
            is_eager=True,
            help="Print the version.",
        ),
    ],
    help="The financial-news archive: crawl outlets, keep every revision, read what was known when.",
    epilog="""\b
Examples:
  broadtape run ecb
  broadtape search 'rate cut' --since 7d
  broadtape status

A time is ISO 8601, UTC where it has no offset, or a span back from now, such as 3d. Exit status: 0 done, 1 the job
failed, 2 the call was wrong, 3 done but for outlets that another run is writing, 130 interrupted, 143 ended by SIGTERM.
""",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
