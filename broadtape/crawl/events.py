"""What a crawl tells the process that started it: one JSON object a line on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar

from broadtape.outlet_state import OutletState

__all__ = [
    "Closed",
    "Counts",
    "End",
    "Event",
    "ListingRead",
    "Moved",
    "OutletEnd",
    "Progress",
    "parse_event",
    "poll_detail",
    "to_json",
]


_ALWAYS_TOLD = frozenset({"url", "status", "listed", "new", "unchanged"})


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
    """`200` where it was read, `304`, another HTTP status, `not due`, or why it could not be read."""
    listed: int = 0
    new: int = 0
    unchanged: bool = False
    """Whether it came back as it was last time, and so was not taken apart again."""
    cut: str | None = None
    """Why it was not read to its end."""
    unusable: int = 0
    """Entries whose address nobody could ask for."""
    merged: int = 0
    """Entries in whose place one page is asked for, since their addresses differ only behind `#`."""
    gone_by: str | None = None
    """When it was looked at before (ISO 8601, UTC), where nothing that it lists was known from then: stories may have
    come and gone between the two looks."""
    moved_to: str | None = None
    """Where it says that it has moved to for good."""
    left: int = 0
    """Sitemaps that it leads to and that wait for another run."""

    @property
    def failed(self) -> bool:
        """Whether it should have been read and was not."""
        return self.status not in {"200", "304", "not due"}

    def told(self) -> dict[str, Any]:
        """As the ledger has it: what says nothing out of the ordinary is left out."""
        values = asdict(self)
        return {name: value for name, value in values.items() if value or name in _ALWAYS_TOLD}


@dataclass(frozen=True, slots=True)
class Moved:
    """Known stories that were listed again: by how many seconds their time has moved since (median), of how many that
    median holds to a minute or two, and up to three of their addresses."""

    seconds: float
    agree: int
    known: int
    examples: tuple[str, ...] = ()


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
    state: OutletState | None = None
    """What is to be kept of the crawl once the outlet's segments are committed; None leaves it as it is."""
    trouble: str | None = None
    """What went wrong with the outlet as a whole, as one sentence."""
    moved: Moved | None = None
    """How the listings' times of known stories compare with the ledger's; None where none was listed again."""
    notices: tuple[str, ...] = ()
    """What somebody should look into, though nothing was lost by it; sentences without capital and full stop."""

    def poll(self) -> dict[str, Any]:
        """What the ledger's row about this look at the outlet says of it, and examples, which the ledger must not keep:
        what is forgotten later would stay there."""
        told = poll_detail(self.counts, self.listings, self.finish_reason, self.seconds, self.moved)
        return told | {"moved": asdict(self.moved)} if self.moved else told


@dataclass(frozen=True, slots=True)
class End:
    """The crawl is over; `error` is a sentence if it could not do its work."""

    event: ClassVar[str] = "end"
    error: str | None = None
    stopped: bool = False


Event = Progress | Closed | OutletEnd | End


def poll_detail(
    counts: Counts, listings: Iterable[ListingRead], finish_reason: str, seconds: float, moved: Moved | None
) -> dict[str, Any]:
    """One look at an outlet, as the note about it tells it; facts that say nothing are left out."""
    told = asdict(counts)
    told.pop("to_fetch")
    detail = {
        "listings": [read.told() for read in listings],
        **told,
        "seconds": round(seconds, 3),
        "finish_reason": finish_reason,
    }
    if moved:
        detail["moved"] = {"seconds": moved.seconds, "agree": moved.agree, "known": moved.known}
    return detail


def to_json(event: Event) -> str:
    """One line, without its end."""
    if isinstance(event, OutletEnd) and event.state is not None:
        values = asdict(replace(event, state=None)) | {"state": event.state.to_json()}
    else:
        values = asdict(event)
    return json.dumps({"event": event.event, **values}, ensure_ascii=False)


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
                if moved := values.get("moved"):
                    values["moved"] = Moved(**{**moved, "examples": tuple(moved["examples"])})
                if values.get("state") is not None:
                    values["state"] = OutletState.from_json(values["state"])
                values["notices"] = tuple(values.get("notices") or ())
                return OutletEnd(**values)
            case "end":
                return End(**values)
            case other:
                raise ValueError(f"no event is called {other!r}")
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"not an event: {error}") from None
