"""Settings: `config/broadtape.toml`, each key also as `BROADTAPE_<KEY>` in the environment, which wins.

The folder `config/` is found by `--config`, then `BROADTAPE_CONFIG`, then `./config`, then the checkout that the
package is installed from.
"""

from __future__ import annotations

import os
import re
import tomllib
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Self

from platformdirs import user_state_path
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from broadtape.alerts.config import Alerts
from broadtape.deprecation import Told
from broadtape.errors import ConfigError
from broadtape.site.outlets import Outlets, load_sites
from broadtape.upkeep_settings import Upkeep
from broadtape.work import ENGINES
from broadtape.work_settings import Work
from broadtape.wrong_values import did_you_mean, explain

__all__ = ["Settings", "find_config", "load_settings", "settings_for_alerts"]

_CHECKOUT = Path(__file__).resolve().parent.parent


_CONTACT = r"^(mailto:)?[^@\s/]+@[^@\s/]+\.[^@\s/]+$|^https?://[^\s/]+\.[^\s]+$"
"""A mail address or a web address, of a host that has a dot in its name: whoever reads it is elsewhere."""
_OTHERS = frozenset({"CONFIG", "LOG_FORMAT", "RECORDED", "ALERT_EVENT", "ALERT_SITE"})
"""What else is read from, or handed on in, variables that begin so."""
_ORCHESTRATED = re.compile(r"(SERVICE_HOST|SERVICE_PORT\w*|PORT\w*|TEST_\w+)$")
"""What Kubernetes sets in every container beside a service named broadtape; what tests read."""


class Settings(BaseSettings):
    """What holds for every outlet. Sizes are bytes, times are seconds."""

    model_config = SettingsConfigDict(env_prefix="BROADTAPE_", env_nested_delimiter="__", extra="forbid", frozen=True)

    config: Path = Field(default=Path("config"))
    """The folder these settings came from."""
    archive: str = "./archive"
    """A folder, `file:///…` or `s3://bucket/prefix`."""
    spool: Path = Field(default_factory=lambda: user_state_path("broadtape") / "spool")
    """Local folder that holds what was fetched until the archive has it."""
    contact: Annotated[str, Field(pattern=_CONTACT)] | None = None
    """A web or mail address at which a publisher reaches us; nothing on the live web is crawled without it."""
    user_agent: str = "broadtape"
    """Product token sent to servers and looked up in robots.txt."""

    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    """Processes that clean pages."""
    page_timeout: float = Field(default=20.0, gt=0)
    """How long cleaning one page may take before the page is quarantined."""
    segment_seconds: float = Field(default=60.0, gt=0)
    segment_bytes: int = Field(default=64 * 2**20, gt=0)
    max_body_bytes: int = Field(default=10 * 2**20, gt=0)
    """A larger response is not fetched to its end."""
    max_decompressed_bytes: int = Field(default=40 * 2**20, gt=0)
    download_timeout: float = Field(default=30.0, gt=0)
    lease_seconds: float = Field(default=120.0, gt=0)
    """How long a lease holds when it is not renewed."""

    metrics_port: int = Field(default=4201, ge=0, le=65535)
    """Where `schedule` serves Prometheus metrics on loopback; 0 for nowhere."""
    metrics_file: Path | None = None
    """Where each run leaves the metrics as a text file."""

    work: Work = Field(default_factory=Work)
    """Where bulk work is done."""
    upkeep: Upkeep = Field(default_factory=Upkeep)
    """What the daily upkeep does besides."""
    alerts: Alerts = Field(default_factory=Alerts)
    """Who is told of trouble, and how."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What a caller passes, then the environment, then the file."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))

    def sites(self) -> Outlets:
        """Every configured outlet by name, and those whose file is broken."""
        return load_sites(self.config / "sites")

    def with_archive(self, uri: str | None) -> Self:
        """These settings for another archive, where one is named."""
        return self if uri is None else self.model_copy(update={"archive": uri})

    def with_engine(self, engine: str | None) -> Self:
        """These settings with bulk work done by another engine, where one is named; raises ConfigError for none."""
        if engine is None:
            return self
        if engine not in ENGINES:
            raise ConfigError(f"There is no engine {engine!r}; expected one of {', '.join(ENGINES)}.")
        return self.model_copy(update={"work": self.work.model_copy(update={"engine": engine})})


def find_config(given: Path | None = None) -> Path:
    """The configuration folder; raises ConfigError where the one that was named is not there."""
    named = given or (Path(os.environ["BROADTAPE_CONFIG"]) if os.environ.get("BROADTAPE_CONFIG") else None)
    if named is not None:
        if not named.is_dir():
            raise ConfigError(f"{named} is no folder. Name the one that holds broadtape.toml and sites/.")
        return named
    for folder in (Path("config"), _CHECKOUT / "config"):
        if (folder / "broadtape.toml").is_file():
            return folder
    return Path("config")


def load_settings(config: Path | None = None) -> Settings:
    """Settings from the configuration folder and the environment; raises ConfigError for a wrong key or value."""
    folder = find_config(config)
    file = folder / "broadtape.toml"
    for name in _unknown_variables():
        near = did_you_mean(name, [f"BROADTAPE_{key.upper()}" for key in Settings.model_fields])
        warnings.warn(f"{name} is no setting, and nothing is read from it.{near}", Told, stacklevel=2)

    class _Located(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        located = _Located(config=folder)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: is no TOML: {error}.") from None
    except SettingsError as error:
        raise ConfigError(f"The environment (BROADTAPE_…): {error}.") from None
    except ValidationError as error:
        raise ConfigError(f"{file} or the environment (BROADTAPE_…): {explain(error, Settings)}") from None
    return Settings.model_construct(**{name: getattr(located, name) for name in Settings.model_fields})


def _unknown_variables() -> list[str]:
    """Variables that look like settings, and are none: a misspelt one would be passed over in silence."""
    keys = {name.upper() for name in Settings.model_fields} | _OTHERS
    known = (name for name in sorted(os.environ) if name.startswith("BROADTAPE_"))
    own = ((name, name.removeprefix("BROADTAPE_").partition("__")[0].upper()) for name in known)
    return [name for name, key in own if key not in keys and not _ORCHESTRATED.match(key)]


def settings_for_alerts(config: Path | None = None) -> Settings:
    """Settings by which somebody can be told even that the settings are broken: then what can be read of them."""
    try:
        return load_settings(config)
    except ConfigError:
        pass
    try:
        told = tomllib.loads((find_config(config) / "broadtape.toml").read_text("utf-8")).get("alerts")
    except (OSError, ValueError, ConfigError):
        told = None
    for known in ({"alerts": told} if told else {}, {}):
        with suppress(ValueError):  # pydantic's and the environment's
            return Settings(**known)
    fields = Settings.model_fields.items()
    return Settings.model_construct(**{name: field.get_default(call_default_factory=True) for name, field in fields})
