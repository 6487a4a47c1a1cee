"""What commands print on a terminal of 80 or 100 columns: no line is longer, no word broken, nothing left out."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_samples import STORY, sample_archive

from broadtape.archive import Archive
from broadtape.capture import Capture
from broadtape.cli import main
from broadtape.cli.common.screen import print_report
from broadtape.monitoring.run_report import RunReport
from broadtape.urls import url_id

LONG = "harbour-exchange-gazette"
ADDRESS = f"https://www.{LONG}.example/markets/{'a-long-slug-' * 4}"
OUTLET = """title: {name}
homepage: https://www.{name}.example/
hosts: [www.{name}.example]
feeds: ["https://www.{name}.example/feed"]
enabled: true
cron: "7 * * * *"
"""
EVERYTHING = "select * from articles order by url"
COMMANDS = [
    "status",
    "sites list",
    "search outlook",
    "search markets --cluster",
    "read --format text",
    f"show {STORY}",
    f"show {STORY} --diff",
    f"show {STORY} --removed",
    f"show {STORY} --similar",
    "stats",
    "stats --by fetched",
    "gaps",
    "gaps --missing",
    "quarantine list",
    "rules show",
    "rules learn --dry-run",
    "verify",
    "upgrade --dry-run",
    "sql 'select site, url, title from articles'",
    f"sql '{EVERYTHING}'",
    "sql 'select outcome, reason, url, detail from captures'",
]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outlets with long names, one with a broken file, and an archive whose ledger names long addresses."""
    folder = tmp_path_factory.mktemp("wide")
    (folder / "sites").mkdir()
    for name in ("paper", "wire", LONG):
        (folder / "sites" / f"{name}.yaml").write_text(OUTLET.format(name=name))
    (folder / "sites" / f"{LONG}-2.yaml").write_text("enabled: true\ntitle: [")
    uri = sample_archive(folder)
    (folder / "broadtape.toml").write_text(f'archive = "{uri}"\nspool = "{folder / "spool"}"\n')
    _add_to_the_ledger(uri)
    return folder


def _add_to_the_ledger(uri: str) -> None:
    now = datetime.now(UTC)
    archive = Archive.open(uri, clock=lambda: now)
    drift = "drift: 5 of 5 pages have the same text as other stories' pages (before: 0 of 15)"
    days = (now - timedelta(days=day) for day in (9, 8, 4))
    rows = [Capture(site=LONG, run="r2", outcome="polled", fetched_at=day) for day in days]
    for number, (outcome, reason) in enumerate([("failed", "http 404"), ("skipped", "robots"), ("quarantined", drift)]):
        url = f"{ADDRESS}{number}"
        known = {"url": url, "url_id": url_id(url), "via": "feed", "published_at": now, "fetched_at": now}
        place = {"warc_file": f"raw/site={LONG}/date={now:%Y-%m-%d}/r2-0001.warc.gz", "warc_offset": 0}
        rows.append(Capture(site=LONG, run="r2", outcome=outcome, reason=reason, **known, **place))  # type: ignore[arg-type]
    with archive.lease(LONG, run="r2") as lease:
        archive.commit(articles=[], captures=rows, leases=[lease])


Said = Callable[[str, int | None], str]


@pytest.fixture
def said(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """What a command prints on a terminal of so many columns; without a number, in a pipe."""
    monkeypatch.setenv("BROADTAPE_CONFIG", str(config))
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)

    def run(command: str, columns: int | None) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", str(columns or 80))
            patch.setattr("sys.stdout.isatty", lambda: columns is not None)
            assert main(shlex.split(command)) in (0, 1)
        return plain(capsys.readouterr().out)

    return run


def plain(text: str) -> str:
    """Without styles, and without how many days a bar of `stats` stands for: that depends on the room there is."""
    return re.sub(r"\x1b\[[\d;]*m|; a bar is \d+ days", "", text)


def check_fits(narrow: str, columns: int, whole: str) -> None:
    """Each line fits, but for an address that is longer; each word is one of the table that has room."""
    assert [line for line in narrow.splitlines() if len(line) > columns and len(line.split()) > 1] == []
    known = {"·", *whole.split()}
    assert [word for word in narrow.split() if not {word, word.rstrip(":")} & known] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_it_reads_at_any_width(command: str, said: Said) -> None:
    whole = said(command, None)
    assert whole.strip()
    for columns in (80, 100):
        check_fits(said(command, columns), columns, whole)


def test_a_runs_table_reads_at_any_width(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    report = RunReport("r1", "./archive")
    outlet = report.outlet(LONG)
    outlet.discovered, outlet.fetched, outlet.archived = 1234, 123, 99
    outlet.skipped = Counter({"robots": 7, "no article: a page that asks for consent": 3})
    outlet.quarantined = Counter({"text that other stories' pages carry, too": 12})
    outlet.notices = [f"{ADDRESS} has moved for good, to {ADDRESS}2"]
    print_report(report, report.archive)
    whole = capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for columns in (80, 100):
        monkeypatch.setenv("COLUMNS", str(columns))
        print_report(report, report.archive)
        check_fits(plain(capsys.readouterr().out), columns, whole)
