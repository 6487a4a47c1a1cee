"""A page that is held back, as whoever decides on it needs to see it: its text, and the outlet's last good one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from broadtape.archive import Archive
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.errors import ArchiveError
from broadtape.ingest.cleaning_pool import Cleaners
from broadtape.ingest.page_job import PageJob, Refusal
from broadtape.jobs.quarantine import Choice, find_held
from broadtape.monitoring.baseline import last_good
from broadtape.settings import load_settings

__all__ = ["HeldPage", "held_page"]


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A page that is held back."""

    capture: Capture
    """The ledger's row: where the page lies, which run held it back, and why."""
    made: Article | Refusal
    """What today's rules make of it: what would be published."""
    last_good: Article | None
    """The newest text of the outlet that was published before."""


def held_page(url: str, *, archive: str | None = None, config: str | None = None) -> HeldPage:
    """The page held back at this address; raises UsageError where none is."""
    settings = load_settings(Path(config) if config else None).with_archive(archive)
    opened = Archive.open(settings.archive)
    ((page, *_),) = find_held(opened, Choice(urls=(url,))).values()
    with Cleaners(settings.sites(), settings, opened.rules.in_force) as cleaners:
        made = _cleaned(opened, page, cleaners)
    return HeldPage(page, made, last_good(opened, page.site, page.fetched_at))


def _cleaned(archive: Archive, page: Capture, cleaners: Cleaners) -> Article | Refusal:
    if page.warc_file is None or page.warc_offset is None or page.warc_length is None:
        raise ArchiveError(f"{page.url}: the ledger does not say where the page lies; 'broadtape verify' tells more.")
    record = archive.read_record(page.warc_file, page.warc_offset, page.warc_length)
    if record.http is None:
        return Refusal("quarantined", "its record holds no response")
    where = page.final_url or page.url or ""
    (made,) = cleaners.clean([PageJob(page.site, where, record.http, record.date)])
    return made
