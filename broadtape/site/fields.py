"""The kinds of values in an outlet's file, each with the rule that it must keep."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from broadtape.errors import InvalidTime
from broadtape.times import parse_span
from broadtape.urls import host_of

__all__ = ["Cron", "Host", "Name", "Parameter", "Pattern", "Span", "Url"]


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return text


_CRON_RANGES = (r"[0-5]?\d", r"[01]?\d|2[0-3]", r"0?[1-9]|[12]\d|3[01]", r"0?[1-9]|1[0-2]", "[0-7]")
_CRON_ITEMS = [rf"(?:\*|(?:{value})(?:-(?:{value}))?)(?:/[1-9]\d?)?" for value in _CRON_RANGES]
_CRON = re.compile(r"\s+".join(f"{item}(?:,{item})*" for item in _CRON_ITEMS))


def _cron(text: str) -> str:
    if not _CRON.fullmatch(text):
        raise ValueError("is no cron line: minute hour day month weekday in numbers, such as '17 */2 * * *'")
    return text


def _span(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_span(value)
    except InvalidTime as error:
        raise ValueError(str(error)) from None


Pattern = Annotated[str, AfterValidator(_pattern)]
Span = Annotated[timedelta, BeforeValidator(_span)]
Cron = Annotated[str, AfterValidator(_cron)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Url = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]


def _host(text: str) -> str:
    """The host as it is looked up: an international name in its `xn--` form."""
    if "/" in text or (text.isascii() and text != text.lower()):
        raise ValueError("hosts are bare and in lower case, such as www.example.com or 127.0.0.1:8600")
    host = text if text.isascii() else host_of(f"https://{text}")
    if not host:
        raise ValueError("is no host, such as www.example.com or 127.0.0.1:8600")
    return host


Host = Annotated[str, AfterValidator(_host)]
Parameter = Annotated[str, Field(pattern=r"^[^\s&=;?#/]{1,80}$")]
"""The name of a parameter of an address."""
