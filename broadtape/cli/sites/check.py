"""`broadtape sites check`: are the outlets' files in order, and do they fit the outlets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.sentences import say
from broadtape.cli.common.terminal_text import one_line, printable
from broadtape.errors import BroadtapeError, ConfigError, UsageError
from broadtape.site import load_site
from broadtape.site.outlets import pick_sites

if TYPE_CHECKING:
    from broadtape.site import Site

__all__ = ["check"]


@click.command(
    epilog="""\b
Examples:
  broadtape sites check benzinga reuters
  broadtape sites check benzinga --live
"""
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--live", is_flag=True, help="Ask the outlets, too: their listings, and three fresh pages of each.")
@pass_invocation
def check(invocation: Invocation, names: tuple[str, ...], live: bool) -> None:
    """Validate the files of these outlets, or of all.

    Each broken file is told with its key, value and each rule that was broken; the exit status is then 2. With --live,
    each outlet that is named, or each enabled one, is asked as a crawl would: whether its feeds and sitemaps answer,
    whether their links match its patterns, and whether three fresh pages clean well. Nothing is archived. The exit
    status is 1 when something is not as it should be.
    """
    folder = invocation.settings.config / "sites"
    files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    picked = pick_sites(files, names) if names else list(files.values())
    if not picked:
        raise ConfigError(f"{folder}: holds no outlet: expected one YAML file for each.")
    broken = 0
    for file in picked:
        problems = list(_problems(file))
        broken += bool(problems)
        for problem in problems:
            click.echo(printable(problem), err=True)
    if broken:
        raise ConfigError(f"{broken} of {len(picked)} outlets' files break a rule.")
    say(f"{len(picked)} outlets' files are in order.")
    if live:
        sites = [load_site(file) for file in picked]
        _ask(invocation, [site for site in sites if names or site.enabled])


def _problems(file: Path) -> Iterator[str]:
    from broadtape.site.house_rules import broken_rules, keys_in

    try:
        site = load_site(file)
    except ConfigError as error:
        yield str(error)
    else:
        yield from (f"{file}: {rule}" for rule in broken_rules(site, keys_in(file)))


def _ask(invocation: Invocation, sites: list[Site]) -> None:
    if not sites:
        raise UsageError("No outlet is enabled: name those that are to be asked.")
    broken = [site.name for site in sites if not _fits(invocation, site)]
    if broken:
        raise BroadtapeError(
            f"Not as it should be: {', '.join(broken)}. "
            "Mend the files, look at pages with 'broadtape sites try', then check again."
        )


def _fits(invocation: Invocation, site: Site) -> bool:
    from spiders.onboarding.live_check import trial

    say(f"\n{site.name}")
    findings = trial(site, invocation.settings)
    for finding in findings:
        say(f"  {'ok ' if finding.good else 'bad'}  {one_line(finding.said)}")
    return all(finding.good for finding in findings)
