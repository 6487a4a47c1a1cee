"""Web addresses: which are one page, what number it goes by, and which parameters tell nothing of it."""

from broadtape.urls.identity import (
    article_id,
    canonical_url,
    host_of,
    identity_key,
    parameters,
    request_url,
    url_id,
)
from broadtape.urls.parameter_rules import GENERAL, AddressRules

__all__ = [
    "GENERAL",
    "AddressRules",
    "article_id",
    "canonical_url",
    "host_of",
    "identity_key",
    "parameters",
    "request_url",
    "url_id",
]
