"""What an alert says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

__all__ = ["Alert", "WaitingAlert"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing worth telling. Times are ISO 8601, UTC."""

    event: Literal["trouble", "recovered", "failed", "heartbeat", "test"]
    at: str
    archive: str
    run: str | None = None
    site: str | None = None
    reason: str | None = None
    since: str | None = None
    """When the trouble began."""

    @property
    def text(self) -> str:
        """The alert in one sentence."""
        match self.event:
            case "trouble":
                return f"{self.site} is in trouble: {self.reason}."
            case "failed":
                return f"A run failed as a whole, {self.reason}."
            case "recovered" if self.site is None:
                return f"Runs come to their end again (not since {self.since}, {self.reason})."
            case "recovered":
                return f"{self.site} is well again (in trouble since {self.since}: {self.reason})."
            case "heartbeat":
                return f"broadtape is running: run {self.run} has ended."
            case "test":
                return "This is a test: broadtape's alerts arrive."

    def as_dict(self) -> dict[str, Any]:
        """As receivers get it: its facts, and `text`."""
        return {"text": self.text, **{name: value for name, value in asdict(self).items() if value is not None}}


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """An alert, and the names of those receivers that have not taken it yet."""

    alert: Alert
    to: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain data without secrets."""
        return {"alert": asdict(self.alert), "to": list(self.to)}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Reads what `to_json` wrote; raises ValueError for anything else."""
        try:
            return cls(Alert(**values["alert"]), tuple(str(name) for name in values["to"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"no alert that waits: {error}") from None
