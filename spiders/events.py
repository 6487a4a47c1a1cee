"""What a crawl tells the process that started it: one JSON object a line on standard output."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

__all__ = ["Closed", "Counts", "End", "Event", "ListingRead", "OutletEnd", "Progress", "parse_event", "to_json"]


@dataclass(slots=True)
class Counts:
    """How far one outlet has come in this run."""

    discovered: int = 0
    """Stories listed, each counted once."""
    new: int = 0
    """... of which the ledger had never heard."""
    to_fetch: int = 0
    """Pages chosen to be fetched, second looks included."""
    fetched: int = 0
    """Pages whose bytes came and were kept."""
    unchanged: int = 0
    """Second looks answered by 304 or by the same bytes."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Stories deliberately not fetched or not kept, by reason."""
    failed: int = 0
    bytes: int = 0
    """Received for stories, as they came over the wire."""


@dataclass(frozen=True, slots=True)
class ListingRead:
    """One look at a feed, sitemap or section page."""

    url: str
    status: str
    """`200`, `304`, another HTTP status, `not due`, or why it could not be read."""
    listed: int = 0
    new: int = 0

    @property
    def failed(self) -> bool:
        """Whether it should have been read and was not."""
        return self.status not in {"200", "304", "not due"}


@dataclass(frozen=True, slots=True)
class Progress:
    """An outlet has got further; at most two a second each."""

    event: ClassVar[str] = "progress"
    site: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Closed:
    """A segment is whole and may be stored: `path` is absolute, `site` an outlet or `_polls`."""

    event: ClassVar[str] = "closed"
    site: str
    path: str


@dataclass(frozen=True, slots=True)
class OutletEnd:
    """An outlet is done; all its segments have been reported closed."""

    event: ClassVar[str] = "outlet"
    site: str
    finish_reason: str
    """`finished`, `stopped`, `out of time`, or `error`."""
    counts: Counts
    listings: tuple[ListingRead, ...] = ()
    seconds: float = 0.0
    state: dict[str, Any] | None = None
    """What `Archive.save_state` is to keep once the outlet's segments are committed; None leaves it as it is."""
    trouble: str | None = None
    """What went wrong with the outlet as a whole, as one sentence."""


@dataclass(frozen=True, slots=True)
class End:
    """The crawl is over; `error` is a sentence if it could not do its work."""

    event: ClassVar[str] = "end"
    error: str | None = None
    stopped: bool = False


Event = Progress | Closed | OutletEnd | End


def to_json(event: Event) -> str:
    """One line, without its end."""
    return json.dumps({"event": event.event, **asdict(event)}, ensure_ascii=False)


def parse_event(line: str | bytes) -> Event:
    """Reads what `to_json` wrote; raises ValueError for anything else."""
    values = json.loads(line)
    try:
        match values.pop("event"):
            case "progress":
                return Progress(values["site"], Counts(**values["counts"]))
            case "closed":
                return Closed(**values)
            case "outlet":
                values["counts"] = Counts(**values["counts"])
                values["listings"] = tuple(ListingRead(**listing) for listing in values["listings"])
                return OutletEnd(**values)
            case "end":
                return End(**values)
            case other:
                raise ValueError(f"no event is called {other!r}")
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"not an event: {error}") from None
