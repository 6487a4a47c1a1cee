"""The stories, as the files under `stories/` have them.

A story's file is YAML between two lines `---`, then the text: paragraphs parted by blank lines, `## ` before a
subheading, `- ` before a bullet, `> ` before a quotation, `|` around the cells of a table.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from broadtape.capture import Outcome
from examples.newsroom.prose import plain

__all__ = [
    "Block",
    "Bullets",
    "Data",
    "Heading",
    "Hurdle",
    "Quote",
    "Refusal",
    "Story",
    "Table",
    "parse_yaml",
    "read_stories",
]

STORIES = Path(__file__).parent / "stories"


class Data(BaseModel):
    """Data that a file holds: every key known, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Heading(Data):
    """A subheading within a story."""

    heading: str


class Bullets(Data):
    """A bullet list within a story."""

    list: tuple[str, ...]


class Quote(Data):
    """A block quotation within a story."""

    quote: str


class Table(Data):
    """A data table within a story, such as a company's results."""

    table: tuple[tuple[str, ...], ...]
    """Rows of cells; the first row is the header."""


Block = str | Heading | Bullets | Quote | Table


class Refusal(Data):
    """Why a listed page must not end up in the archive."""

    reason: str
    outcomes: tuple[Outcome, ...]
    """What the ledger may say of it; empty where no row is expected, as for an address that is none."""
    fetched: bool = True
    """False where a polite crawler never asks for the page."""


class Hurdle(Data):
    """What the first request for a page meets; the next one is served."""

    status: Literal[429, 503]
    retry_after: Literal["seconds", "date"] | None = None


class Photo(Data):
    """A story's picture."""

    caption: str
    credit: str


class Story(Data):
    """One story as its outlet publishes it. Times are aware and UTC."""

    outlet: str
    path: str
    """Where it is served on its outlet."""
    title: str
    published: AwareDatetime
    modified: AwareDatetime | None = None
    authors: tuple[str, ...] = ()
    section: str
    tags: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    """As the story prints them: `NASDAQ: FRRY`."""
    summary: str
    photo: Photo | None = None
    see_also: str | None = None
    """Title of another story that the page promotes within the text."""
    note: str | None = None
    """The outlet's own correction note."""
    disclosure: str | None = None
    machine_generated: bool = False
    body: tuple[Block, ...]

    edition: Literal[1, 2] = 1
    """The edition of the newsroom that first prints it, or prints it so: a later file for the same path replaces it."""
    canonical: str | None = None
    """Another outlet's address of the same text; `{wirepoint}` and the like stand for that outlet's base."""
    listed_as: tuple[str, ...] = ()
    """Paths, with parameters, under which feeds list it; its own where none is given."""
    moved_from: str | None = None
    """An older path that redirects here."""
    charset: str = "utf-8"
    charset_in: Literal["header", "meta", "both"] = "both"
    hurdle: Hurdle | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    """Sent with the page besides the usual ones."""
    meta: dict[str, str] = Field(default_factory=dict)
    """Additional `<meta name content>` of the page."""
    refused: Refusal | None = None
    """Set where the page must not be archived, although it is a story."""
    padding: int = 0
    """Bytes of filler the page carries besides the story."""

    @property
    def updated(self) -> datetime:
        """When it last changed."""
        return self.modified or self.published

    @property
    def paragraphs(self) -> list[str]:
        """What a reader reads, in order: paragraphs, headings, quotations and list items; tables are apart."""
        return [plain(text) for block in self.body for text in _texts(block)]

    @property
    def lines(self) -> list[str]:
        """Everything in order: paragraphs and, where they stand, table rows with ` | ` between the cells."""
        return [line for block in self.body for line in _lines(block)]

    @property
    def tables(self) -> list[Table]:
        """The story's data tables."""
        return [block for block in self.body if isinstance(block, Table)]

    @property
    def links(self) -> tuple[str, ...]:
        """The paths under which feeds list it."""
        return self.listed_as or (self.moved_from or self.path,)

    def shifted(self, by: timedelta) -> Self:
        """The story with its times moved."""
        modified = self.modified and self.modified + by
        return self.model_copy(update={"published": self.published + by, "modified": modified})


def _texts(block: Block) -> tuple[str, ...]:
    match block:
        case str():
            return (block,)
        case Heading():
            return (block.heading,)
        case Quote():
            return (block.quote,)
        case Bullets():
            return block.list
        case Table():
            return ()


def _lines(block: Block) -> list[str]:
    return [" | ".join(row) for row in block.table] if isinstance(block, Table) else [plain(t) for t in _texts(block)]


def parse_yaml(text: str | bytes) -> dict[str, Any]:
    """The mapping that a YAML text holds."""
    values = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return dict(values)


@cache
def read_stories(outlet: str, edition: int) -> tuple[Story, ...]:
    """The written stories of an outlet as an edition prints them, newest first."""
    files = sorted((STORIES / outlet).glob("*.md"))
    versions = sorted((_read_story(outlet, file) for file in files), key=lambda story: story.edition)
    printed = {story.path: story for story in versions if story.edition <= edition}
    return tuple(sorted(printed.values(), key=lambda story: (story.published, story.path), reverse=True))


def _read_story(outlet: str, file: Path) -> Story:
    _, front, body = file.read_text(encoding="utf-8").split("---\n", 2)
    return Story(outlet=outlet, body=tuple(_block(part) for part in body.strip().split("\n\n")), **parse_yaml(front))


def _block(part: str) -> Block:
    lines = part.splitlines()
    if part.startswith("## "):
        return Heading(heading=part[3:])
    if part.startswith("> "):
        return Quote(quote=" ".join(line.removeprefix("> ") for line in lines))
    if part.startswith("- "):
        return Bullets(list=tuple(" ".join(item.split()) for item in part[2:].split("\n- ")))
    if part.startswith("|"):
        return Table(table=tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines))
    return " ".join(lines)
