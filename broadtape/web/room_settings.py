"""`config/room.toml`: what an operator's readers look at each morning, and the prices that are drawn with the news."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from broadtape.corpus.fulltext.syntax import parse
from broadtape.corpus.reading.filters import Narrowing
from broadtape.errors import BadQuery, ConfigError
from broadtape.wrong_values import explain

__all__ = ["FILE", "RoomSettings", "SavedSearch"]

FILE = "room.toml"
_MOST = 100
"""Saved searches, and watched tickers: each is looked up for every morning page."""


class SavedSearch(BaseModel):
    """A question that is asked again every morning; words and filters mean what they mean to the search page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    q: str = ""
    site: tuple[str, ...] = ()
    ticker: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    section: tuple[str, ...] = ()

    @property
    def filters(self) -> Narrowing:
        """Its filters, as the corpus takes them."""
        return {"site": self.site, "ticker": self.ticker, "language": self.language, "section": self.section}


class RoomSettings(BaseModel):
    """All of `room.toml`; every part may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tickers: tuple[str, ...] = Field(default=(), max_length=_MOST)
    """The watchlist: `AAPL` or `NASDAQ:AAPL`."""
    search: tuple[SavedSearch, ...] = Field(default=(), max_length=_MOST)
    prices: Path | None = None
    """A CSV or Parquet file with the columns `date`, `symbol`, `close`; a relative path starts where `room.toml` is."""

    @classmethod
    def load(cls, config: Path) -> Self:
        """The settings in this folder; empty ones where there is no such file. Raises ConfigError."""
        file = config / FILE
        try:
            told = tomllib.loads(file.read_text("utf-8"))
            found = cls.model_validate(told)
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{file}: cannot be read: {error}.") from None
        except ValidationError as error:
            raise ConfigError(f"{file}: {explain(error, cls)}") from None
        for search in found.search:
            _check(file, search)
        return found.model_copy(update={"prices": found.prices and file.parent / found.prices})


def _check(file: Path, search: SavedSearch) -> None:
    if search.q:
        try:
            parse(search.q)
        except BadQuery as error:
            raise ConfigError(f"{file}: search {search.name!r}: {error}") from None
