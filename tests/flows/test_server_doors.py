"""Who may tell the schedule's server what to run: whoever knows its words, and nobody's web page."""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from broadtape.prefect_server.connection import standing_server
from broadtape.prefect_server.finding import find_server
from broadtape.prefect_server.secret import PROFILES, keep_profile, secret_file
from tests.browser import chromium

pytestmark = pytest.mark.attack

NOBODY = 65534
_TRY = """async (api) => {
    const tries = {
        read: () => fetch(api + '/deployments/filter', {method: 'POST', body: '{}',
                                                        headers: {'Content-Type': 'application/json'}}),
        blind: () => fetch(api + '/variables/', {method: 'POST', mode: 'no-cors',
                                                 headers: {'Content-Type': 'text/plain'},
                                                 body: JSON.stringify({name: 'from_elsewhere', value: 'x'})}),
        form: () => fetch(api + '/variables/', {method: 'POST', mode: 'no-cors', credentials: 'include',
                                                body: JSON.stringify({name: 'from_elsewhere', value: 'x'})}),
    };
    const told = {};
    for (const [name, attempt] of Object.entries(tries)) {
        try { const answer = await attempt(); told[name] = answer.type + ' ' + answer.status; }
        catch (error) { told[name] = 'refused'; }
    }
    told.socket = await new Promise((done) => {
        const socket = new WebSocket(api.replace('http', 'ws') + '/events/in');
        socket.onopen = () => done('open');
        socket.onclose = () => done('closed');
        setTimeout(() => done('silent'), 5000);
    });
    return told;
}"""


@dataclass(frozen=True, slots=True)
class Server:
    """A standing server, as a schedule starts it."""

    port: int
    words: str
    home: Path

    def ask(self, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        """The answer to a request without the words."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": f"127.0.0.1:{self.port}", "Content-Type": "application/json", **headers}
        connection.request("GET" if body is None else "POST", path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    @property
    def login(self) -> str:
        """The header of whoever knows the words."""
        return f"Basic {base64.b64encode(self.words.encode()).decode()}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, module_port: int) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("prefect-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(home))
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        patch.delenv("PREFECT_API_URL", raising=False)
        patch.delenv("PREFECT_API_AUTH_STRING", raising=False)
        with standing_server(module_port) as (_, started):
            assert started
            yield Server(module_port, secret_file().read_text().strip(), home)


@pytest.fixture(scope="module")
def module_port() -> int:
    from broadtape.prefect_server.process import free_port

    return free_port()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/deployments/filter", {}),
        ("/api/flow_runs/filter", {}),
        ("/api/variables/", {"name": "planted", "value": "x"}),
        ("/api/admin/settings", None),
        ("/api/work_pools/filter", {}),
    ],
)
def test_who_does_not_know_the_words_is_told_nothing(server: Server, path: str, body: object) -> None:
    assert server.ask(path, body)[0] == 401
    assert server.ask(path, body, Authorization="Basic " + base64.b64encode(b"broadtape:").decode())[0] == 401
    assert server.ask(path, body, Authorization=server.login)[0] in (200, 201)


@pytest.mark.slow
def test_another_name_for_this_machine_gets_no_answer(server: Server) -> None:
    status, _ = server.ask("/api/deployments/filter", {}, Host="attacker.example", Authorization=server.login)
    assert status == 400


@pytest.mark.slow
def test_the_words_are_for_their_user_alone(server: Server) -> None:
    for file in (secret_file(), server.home / PROFILES):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    if os.geteuid() or not shutil.which("setpriv") or not shutil.which("curl"):
        pytest.skip("only root can try it as another user")
    other = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    read = subprocess.run([*other, "cat", str(secret_file())], capture_output=True, text=True, check=False)
    assert read.returncode != 0
    url = f"http://127.0.0.1:{server.port}/api/deployments/filter"
    asked = subprocess.run(
        [*other, "curl", "--silent", "--noproxy", "*", "--max-time", "20", "--write-out", "%{http_code}",
         "--json", "{}", url],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert asked.stdout.endswith("401"), asked.stdout + asked.stderr


@pytest.mark.slow
def test_commands_on_this_machine_find_server_and_words(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.delenv("PREFECT_API_AUTH_STRING", raising=False)
    assert find_server() == f"http://127.0.0.1:{server.port}/api"
    assert os.environ["PREFECT_API_AUTH_STRING"] == server.words
    prefect = str(Path(sys.executable).parent / "prefect")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_API")}
    listed = subprocess.run(
        [prefect, "--no-prompt", "deployment", "ls"], env=clean, capture_output=True, text=True, check=False
    )
    assert listed.returncode == 0, listed.stdout + listed.stderr


def test_profiles_that_somebody_made_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    assert keep_profile("http://127.0.0.1:1/api", "broadtape:a")
    assert keep_profile("http://127.0.0.1:2/api", "broadtape:b")
    (tmp_path / PROFILES).write_text('active = "mine"\n')
    assert not keep_profile("http://127.0.0.1:3/api", "broadtape:c")
    assert (tmp_path / PROFILES).read_text() == 'active = "mine"\n'


class _Elsewhere(BaseHTTPRequestHandler):
    """A page of somebody else's."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>elsewhere</title>")

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@pytest.mark.slow
@pytest.mark.browser
def test_a_page_from_elsewhere_can_do_nothing(server: Server) -> None:
    elsewhere = HTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    try:
        with chromium() as browser:
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{elsewhere.server_port}/")
            told = page.evaluate(_TRY, f"http://127.0.0.1:{server.port}/api")
    finally:
        elsewhere.shutdown()
        elsewhere.server_close()
    assert told["read"] == "refused"
    assert told["socket"] == "closed"
    assert told["blind"] in ("refused", "opaque 0")
    status, variables = server.ask("/api/variables/filter", {}, Authorization=server.login)
    assert status == 200
    assert "from_elsewhere" not in {variable["name"] for variable in json.loads(variables)}
