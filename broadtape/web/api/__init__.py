"""The archive over HTTP, for programs: read-only, described by OpenAPI, by the filters and names of the shell."""

from __future__ import annotations

from broadtape.web.api.application import api_application
from broadtape.web.api.limits import Limits

__all__ = ["Limits", "api_application"]
