"""The page behind an article, as it was archived."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from broadtape.archive.warc import Record
from broadtape.errors import ArchiveError

__all__ = ["RawPage"]


@dataclass(frozen=True)
class RawPage:
    """An HTTP response. `body` is the payload as received, content encoding kept; `content()` undoes that."""

    url: str
    fetched_at: datetime
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    """In the order received, decoded as Latin-1."""
    body: bytes = field(repr=False)
    record: Record = field(repr=False)
    """The WARC record that holds all this."""

    @classmethod
    def of(cls, record: Record, where: str) -> RawPage:
        """The page in a WARC record; raises ArchiveError where the record holds no response."""
        http = record.http
        if http is None or record.url is None:
            raise ArchiveError(
                f"{where}: holds a {record.type} record where a page was expected: 'broadtape verify' tells more."
            )
        return cls(
            url=record.url,
            fetched_at=record.date,
            status=http.status,
            reason=http.reason,
            headers=tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in http.headers),
            body=http.body,
            record=record,
        )

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case; None where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def content(self) -> bytes:
        """The body with its content encodings undone; raises UndecodableBody for one that cannot be."""
        assert self.record.http is not None
        return self.record.http.content()
