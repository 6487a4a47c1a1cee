"""`broadtape sites show`: everything that holds of one outlet."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.errors import ArchiveError

if TYPE_CHECKING:
    from broadtape.archive import Archive
    from broadtape.corpus import Corpus, Outlet
    from broadtape.outlet_state import OutletState
    from broadtape.site import Site

__all__ = ["show_site"]


@click.command(epilog="Example: broadtape sites show benzinga")
@click.argument("name")
@archive_option
@pass_invocation
def show_site(invocation: Invocation, /, name: str, archive: str | None) -> None:
    """Show one outlet: its file with every default filled in, its rights, and what the archive knows of it.

    `rights` is what holds now and why: what each host's robots.txt and reservations said when they were last read, and
    how many addresses they kept us from. The answer is YAML.
    """
    import yaml

    site = invocation.site(name)
    facts: dict[str, Any] = {"file": str(invocation.settings.config / "sites" / f"{name}.yaml")}
    facts |= site.model_dump(mode="json")
    known = _archived(invocation, archive, name)
    facts["rights"] = _rights(invocation, archive, site)
    facts["archive"] = known or "nothing of this outlet is archived"
    click.echo(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=110), nl=False)


def _rights(invocation: Invocation, archive: str | None, site: Site) -> dict[str, Any]:
    """What may be fetched and kept of the outlet, and on whose word."""
    from broadtape.archive import Archive
    from broadtape.outlet_state import OutletState

    held: dict[str, Any] = {"access": site.access, "by": "the outlet's file"}
    if site.allow_robots_token:
        held["grant"] = f"the publisher's, to {site.allow_robots_token}; see notes"
    with suppress(*(() if archive else (ArchiveError,))):
        opened = Archive.open(invocation.archive_uri(archive))
        hosts = _hosts(site, OutletState.load(opened, site.name), invocation.settings.user_agent)
        held["hosts"] = hosts or "not asked yet: nothing is kept of their robots.txt"
        if refused := _refused(opened, site.name):
            held["refused_in_30_days"] = refused
    return held


def _hosts(site: Site, state: OutletState, token: str) -> dict[str, Any]:
    try:
        from spiders.onboarding.rights_now import standing
    except ImportError:  # the wheel holds what reads; robots.txt is the crawl's
        return {}
    return standing(site, state, token)


def _refused(archive: Archive, name: str) -> dict[str, int]:
    """How many addresses each rule of the publisher's kept us from, by reason."""
    import polars as pl

    from broadtape.times import utcnow

    told = pl.col("reason").str.starts_with("robots") | pl.col("reason").str.starts_with("rights")
    since = utcnow() - timedelta(days=30)
    asked = pl.col("site") == name, pl.col("outcome") == "skipped", pl.col("recorded_at") >= since, told
    found = archive.tables["captures"].read(
        lambda rows: (
            rows.filter(*asked)
            .group_by("reason")
            .agg(pl.col("url_id").n_unique().alias("addresses"))
            .sort("addresses", "reason", descending=[True, False])
        )
    )
    return dict(found.iter_rows())


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
