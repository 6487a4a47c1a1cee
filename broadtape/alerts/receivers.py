"""Those who are told: a webhook, a mailbox, a command. Each raises AlertFailed in words that hold no secret."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from broadtape.alerts.config import Alerts
from broadtape.alerts.message import Alert
from broadtape.errors import BroadtapeError
from broadtape.urls.loopback import is_loopback

__all__ = ["AlertFailed", "Receiver", "ask", "receivers"]

Receiver = Callable[[Alert], None]


class AlertFailed(BroadtapeError):
    """A receiver could not be told."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A POST that is redirected would become a GET and lose what it says."""

    def redirect_request(self, *_: Any) -> None:
        return None


def receivers(alerts: Alerts) -> Mapping[str, Receiver]:
    """The receivers that are set, by the name of their setting."""
    found: dict[str, Receiver] = {}
    if alerts.webhook:
        found["webhook"] = partial(_post, alerts.webhook.get_secret_value(), alerts.timeout)
    if alerts.mail_to:
        found["mail"] = partial(_mail, alerts)
    if alerts.command:
        found["command"] = partial(_run, alerts.command, alerts.timeout)
    return found


def ask(address: str, timeout: float) -> None:
    """Asks for a heartbeat's address; raises AlertFailed."""
    _send(urllib.request.Request(address, headers=_HEADERS), "heartbeat", timeout)  # noqa: S310 - http(s) by the settings


_HEADERS = {"User-Agent": "broadtape-alerts"}


def _post(address: str, timeout: float, alert: Alert) -> None:
    body = json.dumps(alert.as_dict(), ensure_ascii=False).encode()
    headers = {**_HEADERS, "Content-Type": "application/json"}
    _send(urllib.request.Request(address, body, headers), "webhook", timeout)  # noqa: S310 - http(s) by the settings


def _send(request: urllib.request.Request, name: str, timeout: float) -> None:
    who = f"the {name} at {urlsplit(request.full_url).hostname}"
    try:
        with urllib.request.build_opener(_NoRedirect()).open(request, timeout=timeout):
            pass
    except urllib.error.HTTPError as error:
        raise AlertFailed(f"{who} answered {error.code}") from None
    except (OSError, ValueError) as error:
        cause = getattr(error, "reason", error)
        told = cause.strerror if isinstance(cause, OSError) and cause.strerror else type(cause).__name__
        raise AlertFailed(f"{who} could not be reached ({told})") from None


def _mail(alerts: Alerts, alert: Alert) -> None:
    assert alerts.smtp
    server = urlsplit(alerts.smtp.get_secret_value())
    message = EmailMessage()
    message["Subject"] = " ".join(f"broadtape: {alert.text}".split())[:200]
    message["From"], message["To"] = alerts.mail_from, ", ".join(alerts.mail_to)
    message.set_content(alert.text + "\n\n" + json.dumps(alert.as_dict(), ensure_ascii=False, indent=2) + "\n")
    host, secure = server.hostname or "", server.scheme == "smtps"
    try:
        with _connection(host, server.port, secure=secure, timeout=alerts.timeout) as smtp:
            if not secure and smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
            elif server.username and not secure and not is_loopback(host):
                raise AlertFailed(
                    f"the mail server {host} offers no STARTTLS, and a password is not sent in clear: use smtps://"
                )
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        told = f"code {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
        raise AlertFailed(f"the mail server {host} did not take the message ({told})") from None


def _connection(host: str, port: int | None, *, secure: bool, timeout: float) -> smtplib.SMTP:
    if secure:
        return smtplib.SMTP_SSL(host, port or 465, timeout=timeout, context=ssl.create_default_context())
    smtp = smtplib.SMTP(host, port or 25, timeout=timeout)
    smtp.ehlo()
    return smtp


def _run(command: tuple[str, ...], timeout: float, alert: Alert) -> None:
    facts = {"BROADTAPE_ALERT_EVENT": alert.event, "BROADTAPE_ALERT_SITE": alert.site or ""}
    who = f"the command {Path(command[0]).name}"
    try:
        done = subprocess.run(
            command,
            input=json.dumps(alert.as_dict(), ensure_ascii=False).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            env={**os.environ, **facts},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise AlertFailed(f"{who} took longer than {timeout:g} s") from None
    except OSError as error:
        raise AlertFailed(f"{who} cannot be started ({error.strerror})") from None
    if done.returncode:
        raise AlertFailed(f"{who} ended with status {done.returncode}")
