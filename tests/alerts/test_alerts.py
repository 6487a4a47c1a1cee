"""Alerts reach a webhook, a mailbox and a command; who cannot be told is told later, and no secret is shown."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from broadtape.alerts.config import Alerts
from broadtape.alerts.message import Alert, WaitingAlert
from broadtape.alerts.outbox import Outbox
from broadtape.cli import main
from broadtape.errors import ConfigError
from broadtape.settings import load_settings
from tests.alerts.receiver import http_receiver, mail_server

TROUBLE = Alert("trouble", "2026-11-23T22:00:00Z", "./archive", "r1", "quayside", "its feed lists nothing\nat all")
SECRET = "t0psecret"


def outbox(**settings: object) -> Outbox:
    return Outbox(Alerts.model_validate(settings))


def send(box: Outbox) -> list[str]:
    failures: list[str] = []
    box.send(failures.append)
    return failures


def test_a_webhook_gets_the_facts_and_a_sentence() -> None:
    with http_receiver() as receiver:
        box = outbox(webhook=f"{receiver.address}/{SECRET}")
        box.add(TROUBLE)
        assert send(box) == []
    assert box.waiting == ()
    (got,) = receiver.got
    assert got["text"] == "quayside is in trouble: its feed lists nothing\nat all."
    assert {got[name] for name in ("event", "site", "run", "archive")} == {"trouble", "quayside", "r1", "./archive"}


def test_mail_is_sent() -> None:
    with mail_server() as (smtp, messages):
        box = outbox(mail_to="desk@quayside.example, night@quayside.example", mail_from="b@q.example", smtp=smtp)
        box.add(TROUBLE)
        assert send(box) == []
    (message,) = messages
    assert "Subject: broadtape: quayside is in trouble: its feed lists nothing at all." in message
    assert "To: desk@quayside.example, night@quayside.example" in message
    assert '"run": "r1"' in message


def test_a_command_finds_the_alert_on_its_standard_input(tmp_path: Path) -> None:
    script = "import os, sys; open(sys.argv[1], 'w').write(os.environ['BROADTAPE_ALERT_SITE'] + sys.stdin.read())"
    box = outbox(command=[sys.executable, "-c", script, str(tmp_path / "got")])
    box.add(TROUBLE)
    assert send(box) == []
    told = (tmp_path / "got").read_text()
    assert told.startswith("quayside{")
    assert json.loads(told.removeprefix("quayside"))["event"] == "trouble"


@pytest.mark.parametrize("status", [500, 404, 302])
def test_who_cannot_be_told_is_told_with_the_next_run(status: int) -> None:
    with http_receiver() as receiver, mail_server() as (smtp, messages):
        settings = {
            "webhook": f"{receiver.address}/{SECRET}?key={SECRET}",
            "mail_to": "a@b.example",
            "mail_from": "b@b.example",
            "smtp": smtp,
        }
        receiver.status = status
        box = outbox(**settings)
        box.add(TROUBLE)
        assert send(box) == [f"the webhook at 127.0.0.1 answered {status}"]
        told = json.dumps([waiting.to_json() for waiting in box.waiting])
        assert SECRET not in told
        kept = [WaitingAlert.from_json(values) for values in json.loads(told)]
        receiver.status = 200
        later = Outbox(Alerts.model_validate(settings), kept)
        assert send(later) == []
        assert later.waiting == ()
        assert len(receiver.got) == len(messages) == 1


def test_a_password_is_not_sent_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    # A mail server on another machine, which a test has not: this one, taken for it.
    monkeypatch.setattr("broadtape.alerts.receivers.is_loopback", lambda _host: False)
    with mail_server() as (smtp, messages):
        named = smtp.replace("//", f"//user:{SECRET}@")
        box = outbox(mail_to="a@q.example", mail_from="b@q.example", smtp=named)
        box.add(TROUBLE)
        (failure,) = send(box)
    assert "offers no STARTTLS, and a password is not sent in clear: use smtps://" in failure
    assert SECRET not in failure
    assert not messages


def test_failures_are_said_without_secrets() -> None:
    with mail_server(refuse=True) as (smtp, _):
        address = smtp.replace("//", f"//user:{SECRET}@")
        box = outbox(
            webhook=f"http://127.0.0.1:1/{SECRET}",
            command=f"/nowhere/page --key {SECRET}",
            mail_to="a@b.example",
            mail_from="b@b.example",
            smtp=address,
            timeout=5,
        )
        box.add(TROUBLE)
        failures = send(box)
    assert len(failures) == 3
    assert failures[0] == "the webhook at 127.0.0.1 could not be reached (Connection refused)"
    assert SECRET not in "".join(failures)


def test_a_command_that_hangs_or_fails_is_said() -> None:
    box = outbox(command=[sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.3)
    box.add(TROUBLE)
    assert send(box) == [f"the command {Path(sys.executable).name} took longer than 0.3 s"]
    box = outbox(command=[sys.executable, "-c", "raise SystemExit(3)"])
    box.add(TROUBLE)
    assert send(box) == [f"the command {Path(sys.executable).name} ended with status 3"]


def test_without_receivers_nothing_waits() -> None:
    box = outbox()
    box.add(TROUBLE)
    assert box.waiting == ()


def test_the_command_sends_a_test(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(config), "alerts"]) == 2
    with http_receiver() as receiver:
        monkeypatch.setenv("BROADTAPE_ALERTS__WEBHOOK", receiver.address)
        assert main(["--config", str(config), "alerts"]) == 0
        assert receiver.events() == [("test", None)]
        receiver.status = 500
        capsys.readouterr()
        assert main(["--config", str(config), "alerts"]) == 1
    assert capsys.readouterr().err == "broadtape: the webhook at 127.0.0.1 answered 500.\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "sites").mkdir()
    return tmp_path


def test_settings_come_from_the_file_and_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config / "broadtape.toml").write_text('[alerts]\nheartbeat = "1d"\ncommand = "page --now"\n')
    monkeypatch.setenv("BROADTAPE_ALERTS__WEBHOOK", f"https://hooks.quayside.example/{SECRET}")
    settings = load_settings(config)
    assert settings.alerts.webhook
    assert settings.alerts.webhook.get_secret_value().endswith(SECRET)
    assert settings.alerts.command == ("page", "--now")
    assert settings.alerts.heartbeat_every
    assert SECRET not in repr(settings)
    assert SECRET not in settings.model_dump_json()


def test_lists_come_from_the_environment_as_text(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config / "broadtape.toml").write_text("")
    monkeypatch.setenv("BROADTAPE_ALERTS__COMMAND", "page --now 'the desk'")
    monkeypatch.setenv("BROADTAPE_ALERTS__MAIL_TO", "a@b.example, c@d.example")
    monkeypatch.setenv("BROADTAPE_ALERTS__MAIL_FROM", "x@y.example")
    monkeypatch.setenv("BROADTAPE_ALERTS__SMTP", f"smtp://user:{SECRET}@mail.example")
    alerts = load_settings(config).alerts
    assert alerts.command == ("page", "--now", "the desk")
    assert alerts.mail_to == ("a@b.example", "c@d.example")
    monkeypatch.setenv("BROADTAPE_ALERTS__COMMAND", '["page", "the desk"]')
    assert load_settings(config).alerts.command == ("page", "the desk")
    monkeypatch.setenv("BROADTAPE_ALERTS", SECRET)
    with pytest.raises(ConfigError) as told:
        load_settings(config)
    assert SECRET not in str(told.value)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (f'webhook = "ftp://{SECRET}"', "must be an address that begins with http:// or https://"),
        (f'webhok = "{SECRET}"', "alerts.webhok: there is no such key. Did you mean 'webhook'?"),
        (f'heartbeat = "{SECRET}"', "heartbeat must be an http(s) address or a span"),
        ('mail_to = "a@b.example"', "mail_to needs smtp and mail_from, too"),
        (f'smtp = "http://{SECRET}"', "must be an address that begins with smtp:// or smtps://"),
    ],
)
def test_a_wrong_setting_is_told_without_its_value(config: Path, line: str, rule: str) -> None:
    (config / "broadtape.toml").write_text(f"[alerts]\n{line}\n")
    with pytest.raises(ConfigError) as told:
        load_settings(config)
    assert rule in str(told.value)
    assert SECRET not in str(told.value)
