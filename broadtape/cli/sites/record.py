"""`broadtape sites record`: a page and the article that comes of it, saved as a test case."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from broadtape.cli.clean import owner
from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.sentences import say
from broadtape.errors import BroadtapeError, UsageError

if TYPE_CHECKING:
    from broadtape.recorded_page import Case
    from broadtape.site import Site

__all__ = ["record", "recorded_folder"]


@click.command(
    epilog="""\b
Examples:
  broadtape sites record https://www.example.com/markets/story
  broadtape sites record --again ~/.local/share/broadtape/recorded/example/story-1a2b3c4d.json
"""
)
@click.argument("url", required=False)
@click.option("--site", metavar="NAME", help="Whose page it is.  [default: the outlet that owns the address]")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where cases are kept.  [default: $BROADTAPE_RECORDED, else the user's data folder]",
)
@click.option(
    "--again",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="CASE",
    help="Take what cleaning makes of this case today as expected.",
)
@pass_invocation
def record(
    invocation: Invocation, /, url: str | None, site: str | None, folder: Path | None, again: Path | None
) -> None:
    """Fetch a page as a crawl would, and save it with the article that comes of it.

    Read what is expected and correct it by hand: the conformance test compares every recorded case with what cleaning
    makes of it. A page is its publisher's text. It is kept outside of the checkout, and does not belong in a
    repository; rebuild what is difficult about it in an invented page instead.
    """
    if (url is None) == (again is None):
        raise UsageError("Name an address to record, or a case with --again.")
    case = _again(invocation, again) if again else _record(invocation, url or "", site, folder)
    say(f"{case.path}: {case.facts['title']}, {len(case.text.split())} words.")
    say(f"Read {case.path.with_suffix('.txt')}, and correct it where cleaning is wrong.")
    if again is None:
        say("The page is its publisher's text: keep it to yourself, and out of any repository.")


def recorded_folder(given: Path | None = None) -> Path:
    """Where recorded cases are kept: `given`, `BROADTAPE_RECORDED`, or the user's data folder."""
    import os

    from platformdirs import user_data_path

    named = given or (Path(os.environ["BROADTAPE_RECORDED"]) if os.environ.get("BROADTAPE_RECORDED") else None)
    return named or user_data_path("broadtape") / "recorded"


def _record(invocation: Invocation, url: str, name: str | None, folder: Path | None) -> Case:
    from broadtape.recorded_page import save_case
    from spiders.onboarding.live_check import article_in
    from spiders.onboarding.probe import scout

    site = invocation.site(name) if name else owner(invocation, url)
    if site is None:
        raise UsageError(f"{url} lies on no outlet's hosts: name it with --site, or add it with 'broadtape sites add'.")
    found = scout(site, invocation.settings, urls=[url])
    seen = found.response(url)
    if seen is None or seen.http is None or seen.note.outcome is not None:
        raise BroadtapeError(f"{url} was not to be had: {found.why_not(url)}.")
    path = recorded_folder(folder) / site.name / f"{_slug(url)}.json"
    return save_case(
        path,
        seen.http.content(),
        article_in(seen, site),
        site=site.name,
        url=seen.url,
        content_type=seen.http.content_type,
        fetched_at=seen.at,
    )


def _again(invocation: Invocation, path: Path) -> Case:
    from broadtape.recorded_page import load_case, save_case

    case = load_case(path.with_suffix(".json"))
    site: Site = invocation.site(case.site)
    return save_case(
        case.path,
        case.page,
        case.clean(site),
        site=case.site,
        url=case.url,
        content_type=case.content_type,
        fetched_at=case.fetched_at,
    )


def _slug(url: str) -> str:
    """A file's name for an address: its last words, and a digest so that no two meet."""
    last = urlsplit(url).path.strip("/").rpartition("/")[2]
    words = re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-")[:60]
    return f"{words or 'page'}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
