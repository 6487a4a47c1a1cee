"""The engine that the settings name."""

from __future__ import annotations

from collections.abc import Callable

from broadtape.errors import ConfigError
from broadtape.ingest.cleaning_pool import Cleaners
from broadtape.ingest.engines.engine import Engine
from broadtape.ingest.engines.local import LocalEngine
from broadtape.settings import Settings

__all__ = ["engine_of"]


def engine_of(settings: Settings, cleaners: Cleaners, told: Callable[[str], object]) -> Engine:
    """This machine's processes, `cleaners`, or Dask's workers; raises ConfigError where these are not to be had."""
    if settings.work.engine == "local":
        return LocalEngine(cleaners, settings.workers)
    if not settings.work.dask_address:
        raise ConfigError('[work] engine = "dask" needs dask_address = "tcp://…", the scheduler\'s address.')
    try:
        from broadtape.ingest.engines.dask import DaskEngine  # an extra that one machine does not need
    except ModuleNotFoundError:
        raise ConfigError("Dask is not installed: pip install 'broadtape[dask]'.") from None
    return DaskEngine(settings.work.dask_address, settings, told)
