"""A page by its address: from the archive, else fetched as a crawl would, politely and into an archive of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadtape.errors import NotAnArchive, UsageError

if TYPE_CHECKING:
    from broadtape.archive import Archive
    from broadtape.capture import Capture
    from broadtape.cli.common.context import Invocation
    from broadtape.corpus import Corpus
    from broadtape.site import Site

__all__ = ["page_at"]


def page_at(invocation: Invocation, url: str, archive: str | None) -> bytes:
    """The newest page that was archived from `url`, content encoding undone; fetched where there is none.

    Raises UsageError where no configured outlet owns the address, or where the page cannot be had, with the reason.
    """
    from broadtape.archive import Archive
    from broadtape.cli.clean import owner

    site = owner(invocation, url)
    if site is None:
        raise UsageError(f"{url} is on none of the configured outlets' hosts: save the page and name the file instead.")
    try:
        held = _story(invocation.corpus(archive), url)
        held = held or _held(Archive.open(invocation.archive_uri(archive)), site, url)
    except NotAnArchive:
        if archive is not None:
            raise
        held = None
    return held if held is not None else _fetched(invocation, site, url)


def _story(corpus: Corpus, url: str) -> bytes | None:
    """The page of the story's last revision, whatever way its address is written."""
    revisions = list(corpus.articles(url=url, revisions=True, by="fetched"))
    return corpus.raw(revisions[-1]).content() if revisions and revisions[-1].warc_file else None


def _held(archive: Archive, site: Site, url: str) -> bytes | None:
    last = _last(archive, site, url)
    if last is None or last.warc_file is None or last.warc_offset is None or last.warc_length is None:
        return None
    http = archive.read_record(last.warc_file, last.warc_offset, last.warc_length).http
    return http.content() if http and http.body else None


def _last(archive: Archive, site: Site, url: str) -> Capture | None:
    from broadtape.archive.address_lookups import known_at

    return next(iter(known_at(archive.ledger, site.name, [url], site.address_rules).values()), None)


def _fetched(invocation: Invocation, site: Site, url: str) -> bytes:
    from broadtape.archive import Archive
    from broadtape.archive.scratch import scratch
    from broadtape.cli.common.screen import Screen
    from broadtape.jobs.archive_news import archive_news
    from broadtape.jobs.crawling.order import Order

    with scratch("try") as folder:
        place = str(folder / "archive")
        order = Order(sites=(site.name,), urls=(url,), archive=place, config=invocation.config_folder, force=True)
        # Nobody looks for this run later: it needs no scheduler. Of trouble, the ledger says more than the verdict.
        if archive_news(order, watch=Screen()).interrupted:
            raise KeyboardInterrupt
        archive = Archive.open(place)
        page = _held(archive, site, url)
        if page is None:
            last = _last(archive, site, url)
            why = f"{last.outcome}: {last.reason}" if last else "nothing came"
            raise UsageError(f"{url} could not be fetched ({why}): save the page and name the file instead.")
        return page
