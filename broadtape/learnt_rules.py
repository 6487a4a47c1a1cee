"""What an outlet's archive has taught: lines that stand on many unrelated pages, as data to review and to take back."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from broadtape.errors import ArchiveError

__all__ = ["LearntRule", "LearntRules", "folded", "rule_name"]

Evidence = Literal["margin", "reader", "repeated", "share"]


def folded(line: str) -> str:
    """A line as rules see it: white space folded, NFC."""
    return unicodedata.normalize("NFC", " ".join(line.split()))


def rule_name(line: str) -> str:
    """What `removed` calls the rule that takes this line, such as `learnt:3fa9c2d1`."""
    return f"learnt:{_digest(line)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


class LearntRule(BaseModel):
    """One line that is no part of any story, and what it was learnt from. Times are UTC, those of fetching."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: str
    """The whole line, to the letter; white space folded."""
    evidence: Evidence
    """Besides standing on unrelated pages: it stands at their `margin`, speaks to the `reader`, stands `repeated` on a
    page, or on a large `share` of all pages."""
    count: int = Field(ge=1)
    """Stories that had it when it was last counted, related ones counted once."""
    pages: int = Field(ge=1)
    """Stories that were looked at."""
    days: int = Field(ge=1)
    first_seen: datetime
    last_seen: datetime
    examples: tuple[str, ...] = ()
    """Addresses of a few stories that had it."""

    @property
    def name(self) -> str:
        """What `removed` calls it."""
        return rule_name(self.pattern)


class LearntRules(BaseModel):
    """All learnt rules of one outlet that hold together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    site: str
    learnt_at: datetime
    rules: tuple[LearntRule, ...]

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of the rule that takes a line, by line."""
        return {rule.pattern: rule.name for rule in self.rules}

    @cached_property
    def hash(self) -> str:
        """Eight hex digits: the same lines, the same hash."""
        return _digest("\n".join(sorted(rule.pattern for rule in self.rules)))

    def without(self, names: Collection[str]) -> Self:
        """The same without the rules of these names."""
        return self.model_copy(update={"rules": tuple(rule for rule in self.rules if rule.name not in names)})

    def dump(self) -> bytes:
        """As JSON, one rule after the other, for people to read."""
        return (self.model_dump_json(indent=1) + "\n").encode()

    @classmethod
    def read(cls, data: bytes, where: str) -> Self:
        """What `dump` wrote; raises ArchiveError, naming `where`, for anything else."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            problem = error.errors()[0]
            raise ArchiveError(
                f"{where}: holds no learnt rules ({'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg']}). "
                "Delete it, and have them learnt again by 'broadtape rules learn'."
            ) from None
