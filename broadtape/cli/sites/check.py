"""`broadtape sites check`: are the outlets' files in order."""

from __future__ import annotations

from pathlib import Path

import click

from broadtape.cli.context import Invocation, pass_invocation
from broadtape.cli.terminal import printable
from broadtape.errors import ConfigError
from broadtape.site import load_site, pick_sites

__all__ = ["check"]


@click.command(epilog="Example: broadtape sites check benzinga reuters")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@pass_invocation
def check(invocation: Invocation, names: tuple[str, ...]) -> None:
    """Validate the files of these outlets, or of all.

    Each broken file is told with its key, value and the rule that was broken; the exit status is then 2.
    """
    folder = invocation.settings.config / "sites"
    files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    picked = pick_sites(files, names) if names else list(files.values())
    if not picked:
        raise ConfigError(f"{folder}: holds no outlet: expected one YAML file for each.")
    problems = [problem for file in picked if (problem := _problem(file))]
    for problem in problems:
        click.echo(printable(problem), err=True)
    if problems:
        raise ConfigError(f"{len(problems)} of {len(picked)} outlets' files break a rule.")
    click.echo(f"{len(picked)} outlets' files are in order.")


def _problem(file: Path) -> str | None:
    try:
        load_site(file)
    except ConfigError as error:
        return str(error)
    return None
