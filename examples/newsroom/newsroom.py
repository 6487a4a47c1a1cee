"""The newsroom as tests and the command hold it: started, changed while it runs, and asked what it saw."""

from __future__ import annotations

import errno
import json
import re
import shutil
import tempfile
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from broadtape.capture import Outcome
from examples.newsroom.edition import Presses
from examples.newsroom.generated import generated_stories
from examples.newsroom.log import Log, Request
from examples.newsroom.outlets import Refusal, Story, read_outlets
from examples.newsroom.page import Page
from examples.newsroom.server import HOST, Listener

__all__ = ["BACKOFFICE", "FIRST_PORT", "SHIPPED_CONFIG", "Expected", "Newsroom", "PortInUse", "Skipped"]

FIRST_PORT = 8600
BACKOFFICE = 9
"""Place of the port that belongs to no outlet: links and redirects lead there, and no crawler may follow."""
SHIPPED_CONFIG = Path(__file__).parent / "config"
_ENGLISH = ("marketferry", "harbour-ledger", "wirepoint")


class PortInUse(OSError):
    """One of the newsroom's ports is taken; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A story that must be archived, as it should read. Times are UTC."""

    outlet: str
    url: str
    """Where it is served, without parameters, redirects followed."""
    listed_urls: tuple[str, ...]
    title: str
    paragraphs: tuple[str, ...]
    """Paragraphs, subheadings, quotations and list items, in order; tables are apart."""
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    """Cells by row of each data table, the header first."""
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    language: str
    section: str
    tags: tuple[str, ...]
    tickers: tuple[str, ...]
    """As printed: `NASDAQ: FRRY`."""
    summary: str
    update_note: str | None
    disclosure: str | None
    machine_generated: bool
    canonical_url: str | None
    """Another outlet's address, where the page names that as its origin."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A listed address that must not be archived."""

    outlet: str
    url: str
    """As listed."""
    reason: str
    """robots, rights, pattern, host, scheme, status, size, timeout, redirect, type, challenge, empty or deep."""
    outcomes: tuple[Outcome, ...]
    """What the ledger may say of it; empty where no row is expected."""
    fetched: bool
    """False where the crawler must never ask for it."""


class Newsroom:
    """Four outlets on loopback, as a context manager.

    `ports` is the first of the ports, or "any" for free ones. `extra_stories` are generated ones, spread over the
    English outlets, their pages padded to `page_bytes`. `latency` is waited before each answer, in seconds. Without
    `faults` only plain stories are listed and served. A `delay` in seconds goes into the outlets' files in place of
    their own, and robots.txt then has no crawl-delay. PortInUse is raised where a port is taken.
    """

    def __init__(
        self,
        *,
        ports: int | Literal["any"] = "any",
        edition: int = 1,
        extra_stories: int = 0,
        page_bytes: int = 0,
        latency: float = 0.0,
        faults: bool = True,
        delay: float | None = None,
    ) -> None:
        self.log = Log()
        self._delay = delay
        self._extra = extra_stories
        self._page_bytes = page_bytes
        self._lock = threading.Lock()
        self._published: dict[str, int] = {}
        places = {outlet.name: outlet.place for outlet in read_outlets()} | {"backoffice": BACKOFFICE}
        self._places = places
        self._listeners: dict[str, Listener] = {}
        self.outlets: dict[str, Presses] = {}
        for name, place in places.items():
            self._listeners[name] = self._listen(name, 0 if ports == "any" else ports + place, latency)
        bases = {name: listener.base for name, listener in self._listeners.items()}
        for outlet in read_outlets():
            presses = Presses(outlet, bases, edition=edition, faults=faults, crawl_delay=delay is None)
            presses.generated = self._extras_of(outlet.name)
            self.outlets[outlet.name] = presses
        self.folder = Path(tempfile.mkdtemp(prefix="newsroom-"))
        """Temporary folder that holds `config` and, once something runs, archive and spool."""
        self.config = self.folder / "config"
        """The shipped configuration with the real ports, the archive and the spool beside it."""
        self._write_config()

    def _listen(self, name: str, port: int, latency: float) -> Listener:
        def find(path: str) -> object:
            return self.outlets[name].find(path) if name in self.outlets else None

        try:
            return Listener(name, port, find=find, control=self._control, log=self.log, latency=latency)  # type: ignore[arg-type]
        except OSError as error:
            self._stop_listeners()
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUse(
                error.errno,
                f"Port {port} on {HOST} is in use, and {name} would listen there. "
                "Stop what listens there, or choose another first port with --port.",
            ) from None

    def _extras_of(self, name: str) -> list[Story]:
        if name not in _ENGLISH:
            return []
        share, rest = divmod(self._extra, len(_ENGLISH))
        count = share + (_ENGLISH.index(name) < rest)
        outlet = next(outlet for outlet in read_outlets() if outlet.name == name)
        return generated_stories(outlet, count, page_bytes=self._page_bytes)

    # --- life ---

    def start(self) -> Self:
        """Begins to answer."""
        for presses in self.outlets.values():
            presses.print_anew()
        for listener in self._listeners.values():
            listener.start()
        return self

    def close(self) -> None:
        """Stops answering and removes the temporary folder."""
        self._stop_listeners()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _stop_listeners(self) -> None:
        for listener in self._listeners.values():
            listener.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- what it is, and what it saw ---

    @property
    def requests(self) -> list[Request]:
        """Every request so far, in order; those of the control address are left out."""
        return self.log.of()

    def base(self, name: str) -> str:
        """Address of an outlet, or of the `backoffice`, without a trailing slash."""
        return self._listeners[name].base

    def expected(self, edition: int | None = None) -> list[Expected]:
        """The stories that must be in the archive once an edition (the present one by default) was crawled."""
        return [
            self._expectation(presses, story)
            for presses in self.outlets.values()
            for story in presses.stories_of(edition or presses.edition)
            if story.refused is None
        ]

    def skipped(self) -> list[Skipped]:
        """What is listed and must not be archived, and why."""
        skipped = []
        for name, presses in self.outlets.items():
            for story in presses.stories():
                if story.refused:
                    skipped += [_skip(name, self.base(name) + link, story.refused) for link in story.links]
            for trap in presses.outlet.traps if presses.faults else ():
                url = self.base(name) + trap.url if trap.path else trap.url.format(**presses.bases)
                skipped.append(_skip(name, url, trap.refused))
        return skipped

    def _expectation(self, presses: Presses, story: Story) -> Expected:
        return Expected(
            outlet=story.outlet,
            url=presses.base + story.path,
            listed_urls=tuple(presses.base + link for link in story.links),
            title=story.title,
            paragraphs=tuple(story.paragraphs),
            tables=tuple(table.table for table in story.tables),
            authors=story.authors,
            published=story.published,
            modified=story.modified,
            language=presses.outlet.language,
            section=story.section,
            tags=story.tags,
            tickers=story.tickers,
            summary=story.summary,
            update_note=story.note,
            disclosure=story.disclosure,
            machine_generated=story.machine_generated,
            canonical_url=story.canonical,
        )

    # --- what tests change while it runs ---

    def set_edition(self, edition: int) -> None:
        """Puts another edition on sale at every outlet: 2 has one changed and one new story, both at marketferry."""
        for presses in self.outlets.values():
            presses.edition = edition
            presses.print_anew()

    def redesign(self, outlet: str) -> None:
        """Gives an outlet new pages, whose stories a script would load and which carry standing promotion instead."""
        self._change(outlet, redesigned=True)

    def empty_feed(self, outlet: str) -> None:
        """Lets an outlet's feed or sitemap answer well and list nothing."""
        self._change(outlet, feed_empty=True)

    def shift_dates(self, outlet: str, days: float) -> None:
        """Moves all times that an outlet prints, in pages and listings, by so many days."""
        self._change(outlet, shift=timedelta(days=days))

    def publish(self, outlet: str, count: int) -> list[Expected]:
        """Adds generated stories, newer than all written ones, at an outlet; returns what is expected of them."""
        presses = self.outlets[outlet]
        with self._lock:
            start = self._published.get(outlet, 0)
            self._published[outlet] = start + count
        fresh = generated_stories(presses.outlet, count, page_bytes=self._page_bytes, later=True, start=start)
        self._change(outlet, generated=[*presses.generated, *fresh])
        return [self._expectation(presses, story.shifted(presses.shift)) for story in fresh]

    def _change(self, outlet: str, **fields: object) -> None:
        presses = self.outlets[outlet]
        for name, value in fields.items():
            setattr(presses, name, value)
        presses.print_anew()

    # --- what stands beside it ---

    def _control(self, path: str) -> Page | None:
        if path == "/_newsroom/log":
            return Page(json.dumps([request.as_dict() for request in self.requests]).encode(), "application/json")
        return None

    def _write_config(self) -> None:
        shutil.copytree(SHIPPED_CONFIG, self.config)
        bases = {f"{HOST}:{FIRST_PORT + place}": self.base(name) for name, place in self._places.items()}
        for file in self.config.rglob("*.*"):
            text = file.read_text()
            for shipped, base in bases.items():
                text = text.replace(shipped, base.removeprefix("http://"))
            file.write_text(text)
        self._own_folders(self.config / "broadtape.toml")
        for file in (self.config / "sites").glob("*.yaml"):
            self._own_pace(file)

    def _own_folders(self, settings: Path) -> None:
        text = settings.read_text()
        for key in ("archive", "spool"):
            text = re.sub(rf"(?m)^{key} = .*$", f'{key} = "{(self.folder / key).as_posix()}"', text)
        settings.write_text(text)

    def _own_pace(self, site: Path) -> None:
        text = site.read_text()
        if self._delay is not None:
            text = re.sub(r"(?m)^delay: .*$", f"delay: {self._delay}", text)
        if self._extra:
            text = re.sub(r"(?m)^budget: .*$", f"budget: {self._extra + 200}", text)
        site.write_text(text)


def _skip(outlet: str, url: str, refusal: Refusal) -> Skipped:
    return Skipped(outlet, url, refusal.reason, refusal.outcomes, refusal.fetched)
