"""What one crawl is asked to do: written to a file by the process that starts it, read by the one that crawls."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from broadtape.errors import ConfigError, UsageError
from broadtape.site import Site
from broadtape.wrong_values import explain

if TYPE_CHECKING:
    from broadtape.settings import Settings

__all__ = ["Job", "Limits"]


class Limits(BaseModel):
    """The settings that a crawl needs; sizes are bytes, times are seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: str | None = None
    user_agent: str = "broadtape"
    segment_seconds: float = 60.0
    segment_bytes: int = 64 * 2**20
    max_body_bytes: int = 10 * 2**20
    max_decompressed_bytes: int = 40 * 2**20
    download_timeout: float = 30.0
    longest_wait: float = 120.0
    """A server that asks for a longer rest than this is left alone for the rest of the run."""


class Job(BaseModel):
    """One crawl: which outlets, into which archive, with what bounds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: str
    archive: str
    spool: Path
    """The run's own folder in the spool."""
    limits: Limits = Limits()
    sites: tuple[Site, ...] = Field(min_length=1)
    since: AwareDatetime | None = None
    """Stories listed as older than this are passed over; archive sitemaps are read back to it."""
    limit: int | None = Field(default=None, ge=1)
    """Pages fetched from one outlet at the most, where that is less than its budget."""
    replay: Path | None = None
    """A WARC file that answers every request instead of the network."""
    urls: tuple[str, ...] = ()
    """Fetch these and nothing else."""
    force: bool = False
    """Look at feeds even though they asked not to be looked at so soon."""
    outlet_seconds: float = Field(default=900.0, gt=0)
    """Wall clock an outlet may take."""

    @classmethod
    def of(cls, settings: Settings, *, run: str, spool: Path, sites: Iterable[Site], **options: Any) -> Self:
        """A job by these settings; `options` are the remaining fields. Refuses the live web without a contact."""
        limits = Limits(**{name: getattr(settings, name) for name in Limits.model_fields if hasattr(settings, name)})
        job = cls(
            run=run,
            archive=settings.archive,
            spool=spool.absolute(),
            limits=limits,
            sites=tuple(sites),
            **options,
        )
        job.require_contact()
        return job

    def require_contact(self) -> None:
        """Raises UsageError if this job would crawl the live web and nobody could say who does it."""
        live = [site.name for site in self.sites if site.network == "public"]
        if live and self.replay is None and not self.limits.contact:
            raise UsageError(
                f"No contact address is set, and {live[0]} is on the live web: set contact in config/broadtape.toml "
                "or BROADTAPE_CONTACT to a web or mail address at which a publisher can reach you."
            )

    def dump(self, path: Path) -> None:
        """Writes the job as JSON."""
        path.write_text(self.model_dump_json(), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what `dump` wrote; raises ConfigError with key, value and rule."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from None
        except ValidationError as error:
            raise ConfigError(f"{path}: {explain(error, cls)}") from None
