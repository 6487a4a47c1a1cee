"""What a segment is called: the one place where its key is made and read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from broadtape.errors import WarcError

__all__ = ["ANY", "SegmentKey"]

_KEY = re.compile(r"raw/site=([^/]+)/date=(\d{4}-\d\d-\d\d)/([^/]+)-(\d{4,})\.warc\.gz")
ANY = "raw/site=*/date=*/*.warc.gz"
"""What matches every segment's key, for `Path.glob`."""


@dataclass(frozen=True, slots=True)
class SegmentKey:
    """The key `raw/site=<site>/date=<yyyy-mm-dd>/<run>-<nnnn>.warc.gz`, which `str()` gives.

    `site` is an outlet, or a pseudo-outlet such as `_polls`; `day` (UTC) is that of its opening.
    """

    site: str
    day: date
    run: str
    number: int

    @classmethod
    def parse(cls, key: str) -> Self:
        """Reads a key; raises WarcError for anything else."""
        found = _KEY.fullmatch(key)
        try:
            if found:
                return cls(found[1], date.fromisoformat(found[2]), found[3], int(found[4]))
        except ValueError:
            pass
        raise WarcError(
            f"{key}: is not named as a segment is. Expected raw/site=<outlet>/date=<day>/<run>-<number>.warc.gz."
        )

    @classmethod
    def is_one(cls, key: str) -> bool:
        """Whether `parse` reads this key."""
        try:
            cls.parse(key)
        except WarcError:
            return False
        return True

    @staticmethod
    def prefix(site: str | None = None) -> str:
        """What the keys of an outlet's segments begin with; of all, where none is given."""
        return f"raw/site={site}/" if site else "raw/"

    def __str__(self) -> str:
        return f"{self.prefix(self.site)}date={self.day.isoformat()}/{self.name}"

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.run}-{self.number:04d}.warc.gz"

    @property
    def place(self) -> tuple[str, int]:
        """Its place in time: a run's id begins with the run's start."""
        return self.run, self.number

    @property
    def no_row_before(self) -> datetime:
        """A day before it was opened, at midnight (UTC): no row of it is older."""
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC) - timedelta(days=1)

    @property
    def shared(self) -> bool:
        """Whether it belongs to no outlet, and so to no lease, such as the polls of a run."""
        return self.site.startswith("_")
