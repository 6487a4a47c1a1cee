"""`broadtape sites show`: everything that holds of one outlet."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from broadtape.cli.context import Invocation, pass_invocation
from broadtape.cli.options import archive_option
from broadtape.errors import ArchiveError

if TYPE_CHECKING:
    from broadtape.corpus import Corpus, Outlet

__all__ = ["show_site"]


@click.command(epilog="Example: broadtape sites show benzinga")
@click.argument("name")
@archive_option
@pass_invocation
def show_site(invocation: Invocation, /, name: str, archive: str | None) -> None:
    """Show one outlet: its file with every default filled in, and what the archive knows of it.

    The answer is YAML.
    """
    import yaml

    site = invocation.site(name)
    facts: dict[str, Any] = {"file": str(invocation.settings.config / "sites" / f"{name}.yaml")}
    facts |= site.model_dump(mode="json")
    known = _archived(invocation, archive, name)
    facts["archive"] = known or "nothing of this outlet is archived"
    click.echo(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=110), nl=False)


def _archived(invocation: Invocation, archive: str | None, name: str) -> dict[str, Any] | None:
    corpus: Corpus | None = None
    # An outlet may be looked at before anything was ever archived; an archive that was named must be there.
    with suppress(*(() if archive else (ArchiveError,))):
        corpus = invocation.corpus(archive)
    found = next((outlet for outlet in corpus.outlets() if outlet.site == name), None) if corpus else None
    return _told(found) if found else None


def _told(outlet: Outlet) -> dict[str, Any]:
    from dataclasses import asdict

    from broadtape.times import iso

    values = {key: value for key, value in asdict(outlet).items() if key != "site" and value is not None}
    return {key: iso(value) if key.endswith("_at") else value for key, value in values.items()}
