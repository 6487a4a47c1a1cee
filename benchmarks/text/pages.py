"""The real pages kept beside the checkout, parted into those that rules are tuned on and those that are set aside."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tldextract import TLDExtract

__all__ = ["SETS", "SHARED", "Part", "Sample", "part_of", "samples"]

SHARED = Path(__file__).resolve().parents[3] / "shared"
SETS = ("finance", "general", "web", "chunks")
Part = Literal["tuned", "aside"]
_ASIDE = 3
"""One publisher in so many is set aside."""
_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\d+[a-z_]*/")
_suffixes = TLDExtract(suffix_list_urls=())  # the list that comes with it: offline


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and what is known of it, as a row of `truth.jsonl`."""

    id: str
    url: str
    html: bytes
    truth: dict[str, Any]
    part: Part


def samples(name: str, part: str = "all", every: int = 1) -> Iterator[Sample]:
    """Every `every`-th page of a set, or of a part of it."""
    folder = SHARED / "pages" / name
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").split("\n") if line]
    chosen = [(row, own) for row in rows if part in ("all", own := part_of(row))]
    for row, own in chosen[::every]:
        yield Sample(row["id"], row["url"], gzip.decompress((folder / row["html"]).read_bytes()), row, own)


def part_of(row: dict[str, Any]) -> Part:
    """Where a page belongs: by its publisher, the same in every set, so that no outlet stands on both sides."""
    host = row.get("publisher") or _ARCHIVED.sub("", row["url"])
    owner = _suffixes(host).top_domain_under_public_suffix or host
    digest = hashlib.blake2b(owner.casefold().encode(), digest_size=8).digest()
    return "aside" if int.from_bytes(digest) % _ASIDE == 0 else "tuned"
