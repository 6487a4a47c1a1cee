"""The newsroom as tests and the command hold it: started, changed while it runs, and asked what it saw."""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from examples.newsroom.edition import Presses
from examples.newsroom.expectation import Expected, Skipped, expect, skips
from examples.newsroom.gazettes import gazette, site_file
from examples.newsroom.generated import generated_stories
from examples.newsroom.log import Log, Request
from examples.newsroom.outlet import Outlet, read_outlets
from examples.newsroom.page import Page
from examples.newsroom.room_config import set_pace, write_config
from examples.newsroom.server import HOST, Answer, Listener

__all__ = ["Newsroom", "PortInUse"]

_BACKOFFICE = "backoffice"
_BACKOFFICE_PLACE = 9


class PortInUse(OSError):
    """One of the newsroom's ports is taken; `strerror` is a sentence for the operator."""


@dataclass(eq=False)
class Newsroom:
    """Four outlets on loopback, as a context manager. PortInUse is raised where a port is taken.

    One more port, the `backoffice`, belongs to no outlet: links and redirects lead there, and no crawler may follow.
    """

    _: KW_ONLY
    ports: int | Literal["any"] = "any"
    """The first of the ports, or any that are free."""
    edition: int = 1
    extra_stories: int = 0
    """Generated stories, spread over the outlets in English."""
    extra_outlets: int = 0
    """Small outlets with generated stories only."""
    page_bytes: int = 0
    """Size to which pages of generated stories are padded."""
    latency: float = 0.0
    """Seconds waited before each answer."""
    faults: bool = True
    """Without, only plain stories are listed and served."""
    delay: float | None = None
    """Seconds for the outlets' files in place of their own; robots.txt then has no crawl-delay."""

    log: Log = field(init=False, default_factory=Log)
    outlets: dict[str, Presses] = field(init=False, default_factory=dict)
    folder: Path = field(init=False)
    """Temporary folder that holds `config` and, once something runs, archive and spool."""
    config: Path = field(init=False)
    """The shipped configuration with this newsroom's ports, archive and spool."""
    _listeners: dict[str, Listener] = field(init=False, default_factory=dict)
    _published: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        gazettes = [gazette(number) for number in range(1, self.extra_outlets + 1)]
        outlets = [*read_outlets(), *gazettes]
        places = {outlet.name: outlet.place for outlet in outlets} | {_BACKOFFICE: _BACKOFFICE_PLACE}
        for name, place in places.items():
            self._listeners[name] = self._listen(name, 0 if self.ports == "any" else self.ports + place)
        self.folder = Path(tempfile.mkdtemp(prefix="newsroom-"))
        self.config = write_config(self.folder, places, self.bases)
        for outlet in gazettes:
            (self.config / "sites" / f"{outlet.name}.yaml").write_text(site_file(outlet, self.base(outlet.name)))
        set_pace(self.config, delay=self.delay, budget=self.extra_stories + 200 if self.extra_stories else None)
        self._set_up(outlets)

    def _set_up(self, outlets: list[Outlet]) -> None:
        english = [outlet.name for outlet in outlets if outlet.language == "en"]
        share, rest = divmod(self.extra_stories, len(english))
        for outlet in outlets:
            presses = Presses(outlet, self.bases, self.edition, faults=self.faults, crawl_delay=self.delay is None)
            if outlet.name in english:
                count = share + (english.index(outlet.name) < rest)
                presses.generated = generated_stories(outlet, count, page_bytes=self.page_bytes)
            self.outlets[outlet.name] = presses

    def _listen(self, name: str, port: int) -> Listener:
        find = partial(self._find, name)
        try:
            return Listener(name, port, find=find, control=self._control, log=self.log, latency=self.latency)
        except OSError as error:
            self._stop_listeners()
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUse(
                error.errno,
                f"Port {port} on {HOST} is in use, and {name} would listen there. "
                "Stop what listens there, or choose another first port with --port.",
            ) from None

    def _find(self, name: str, path: str) -> Page | Answer | None:
        return self.outlets[name].find(path) if name in self.outlets else None

    def _control(self, path: str) -> Page | None:
        if path == "/_newsroom/log":
            return Page(json.dumps([request.as_dict() for request in self.requests]).encode(), "application/json")
        return None

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

    def stop_answering(self) -> None:
        """Gives the ports free, for another server to answer there; the folder stays until `close`."""
        self._stop_listeners()

    def _stop_listeners(self) -> None:
        for listener in self._listeners.values():
            listener.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def requests(self) -> list[Request]:
        """Every request so far, in order; those for the log itself are left out."""
        return self.log.of()

    @property
    def bases(self) -> dict[str, str]:
        """Address of every listener by name, without a trailing slash."""
        return {name: listener.base for name, listener in self._listeners.items()}

    def base(self, name: str) -> str:
        """Address of an outlet, or of the `backoffice`, without a trailing slash."""
        return self._listeners[name].base

    def expected(self, edition: int | None = None) -> list[Expected]:
        """The stories that must be in the archive once an edition (the present one by default) was crawled."""
        return [
            expect(presses, story)
            for presses in self.outlets.values()
            for story in presses.stories_of(edition or presses.edition)
            if story.refused is None
        ]

    def skipped(self) -> list[Skipped]:
        """What is listed and must not be archived, and why."""
        return [skipped for presses in self.outlets.values() for skipped in skips(presses)]

    def set_edition(self, edition: int) -> None:
        """Puts another edition on sale at every outlet: 2 has one changed and one new story, both at marketferry."""
        self.edition = edition
        for name in self.outlets:
            self._change(name, edition=edition)

    def redesign(self, outlet: str) -> None:
        """Gives an outlet new pages, whose stories a script would load and which carry standing promotion instead."""
        self._change(outlet, redesigned=True)

    def empty_feed(self, outlet: str) -> None:
        """Lets an outlet's feed or sitemap answer well and list nothing."""
        self._change(outlet, feed_empty=True)

    def set_ttl(self, outlet: str, minutes: int) -> None:
        """Lets an outlet's RSS feed ask not to be read again for so long."""
        self._change(outlet, ttl=minutes)

    def shift_dates(self, outlet: str, days: float) -> None:
        """Moves all times that an outlet prints, in pages and listings, by so many days."""
        self._change(outlet, shift=timedelta(days=days))

    def promote(self, outlet: str, lines: Mapping[str, int]) -> None:
        """Lets an outlet's pages carry lines beside their stories, each on every so many of them: 1 is all."""
        self._change(outlet, promotions=lines)

    def publish(self, outlet: str, count: int) -> list[Expected]:
        """Adds generated stories, newer than all written ones, at an outlet; returns what is expected of them."""
        presses = self.outlets[outlet]
        start = self._published[outlet]
        self._published[outlet] += count
        fresh = generated_stories(presses.outlet, count, page_bytes=self.page_bytes, later=True, start=start)
        self._change(outlet, generated=[*presses.generated, *fresh])
        return [expect(presses, story.shifted(presses.shift)) for story in fresh]

    def _change(self, outlet: str, **fields: object) -> None:
        presses = self.outlets[outlet]
        for name, value in fields.items():
            setattr(presses, name, value)
        presses.print_anew()
