"""`[alerts]` in the settings: who is told, and how. Addresses may hold secrets, so they are never shown."""

from __future__ import annotations

import json
import shlex
from datetime import timedelta
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from broadtape.errors import InvalidTime
from broadtape.times import parse_span

__all__ = ["Alerts"]


def _address(*schemes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(f"must be an address that begins with {' or '.join(f'{each}://' for each in schemes)}")
        return value

    return AfterValidator(check)


def _words(value: Any) -> Any:
    """A command as one string, as the environment has it, is split as a shell would; JSON is taken for what it is."""
    if not isinstance(value, str):
        return value
    return json.loads(value) if value.startswith("[") else shlex.split(value)


def _several(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return json.loads(value) if value.startswith("[") else [each.strip() for each in value.split(",")]


Web = Annotated[SecretStr, _address("http", "https")]
Mailbox = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class Alerts(BaseModel):
    """Any of these may be set, or none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook: Web | None = None
    """Gets each alert as a JSON object by POST."""
    command: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = ()
    """Is run for each alert, which it finds on standard input as JSON; no shell in between."""
    mail_to: Annotated[tuple[Mailbox, ...], NoDecode, BeforeValidator(_several)] = ()
    mail_from: Mailbox | None = None
    smtp: Annotated[SecretStr, _address("smtp", "smtps")] | None = None
    """`smtp://user:password@host:587` (with STARTTLS where the server offers it) or `smtps://…`."""
    heartbeat: SecretStr | None = None
    """After each run: an address that is asked for then, or a span such as `1d`, at which the receivers above are told
    that all is running. Silence tells that nothing runs."""
    timeout: float = Field(default=10.0, gt=0)
    """Seconds that telling one receiver may take."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.mail_to and not (self.smtp and self.mail_from):
            raise ValueError("mail_to needs smtp and mail_from, too")
        if self.heartbeat and not self.heartbeat_address:
            try:
                assert self.heartbeat_every
            except InvalidTime:
                raise ValueError("heartbeat must be an http(s) address or a span such as 1h or 1d") from None
        return self

    @property
    def heartbeat_address(self) -> str | None:
        """The address to ask after each run, where there is one."""
        value = self.heartbeat.get_secret_value() if self.heartbeat else ""
        return value if value.startswith(("http://", "https://")) else None

    @property
    def heartbeat_every(self) -> timedelta | None:
        """How often the receivers are to be told, where they are."""
        if self.heartbeat is None or self.heartbeat_address:
            return None
        return parse_span(self.heartbeat.get_secret_value())
