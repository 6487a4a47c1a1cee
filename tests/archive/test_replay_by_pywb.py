"""What we write is shown by pywb, the replay tool; in an environment of its own, since its dependencies are old."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from archive_samples import DATE, note, respond, writer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
_PAGES = 12


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of pywb's commands: `BROADTAPE_PYWB` names one, else it is installed."""
    if named := os.environ.get("BROADTAPE_PYWB"):
        return Path(named)
    home = tmp_path_factory.mktemp("pywb")
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, "--allow-existing", home], check=True)
    # pywb imports pkg_resources, which later setuptools do not have.
    wanted = ["pywb==2.10.0", "setuptools<81"]
    made = subprocess.run(
        [uv, "pip", "install", "-q", "--python", home / "bin/python", *wanted],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"pywb cannot be installed here: {made.stderr.strip().splitlines()[-1]}")
    return home / "bin"


@contextmanager
def replaying(tools: Path, folder: Path, segments: list[Path]) -> Iterator[str]:
    """pywb over these files: the address of its collection."""
    folder.mkdir()
    subprocess.run([tools / "wb-manager", "init", "tape"], cwd=folder, check=True, capture_output=True)
    subprocess.run([tools / "wb-manager", "add", "tape", *segments], cwd=folder, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [tools / "wayback", "-p", str(port), "-b", "127.0.0.1"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/tape"
    finally:
        server.terminate()
        server.wait()


def test_every_page_is_replayed_and_no_note_in_its_place(tools: Path, tmp_path: Path) -> None:
    segment = writer(tmp_path / "spool")
    addresses = [f"https://news.example/markets/{number}" for number in range(_PAGES)]
    for number, url in enumerate(addresses):
        respond(segment, url=url, body=b"<html><body><p>Story %d of the tape.</p></body></html>" % number)
    segment.revisit(
        url=addresses[0], status=304, headers=[], date=DATE, note=note(url=addresses[0], outcome="unchanged")
    )
    segment.note(note(event="skip", url="https://news.example/never-fetched", outcome="skipped", reason="robots"))
    segment.close()
    shown = 0
    with replaying(tools, tmp_path / "pywb", list((tmp_path / "spool").rglob("*.warc.gz"))) as collection:
        for number, url in enumerate(addresses):
            with urllib.request.urlopen(f"{collection}/{DATE:%Y%m%d%H%M%S}mp_/{url}", timeout=60) as answer:
                assert answer.headers.get_content_type() == "text/html"
                shown += b"Story %d of the tape." % number in answer.read()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(
                f"{collection}/{DATE:%Y%m%d%H%M%S}mp_/https://news.example/never-fetched", timeout=60
            )
    assert shown == _PAGES
