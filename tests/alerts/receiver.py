"""A real HTTP receiver and a real mail server on loopback, which keep what they are sent."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What came, and how it answers."""

    address: str = ""
    status: int = 200
    got: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def events(self) -> list[tuple[str, str | None]]:
        return [(each["event"], each.get("site")) for each in self.got]


@contextmanager
def http_receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if receiver.status < 300:
                receiver.got.append(json.loads(body))
            self._answer()

        def do_GET(self) -> None:
            receiver.asked.append(self.path)
            self._answer()

        def _answer(self) -> None:
            self.send_response(receiver.status)
            if receiver.status in (301, 302):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def mail_server(*, refuse: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Its address and the messages it took, as much SMTP as a client needs."""
    messages: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 quayside")
            while line := self.rfile.readline().decode().strip():
                word = line.split()[0].upper()
                if word == "DATA" and not refuse:
                    self._say("354 go on")
                    lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
                    messages.append("\n".join(lines))
                self._say({"QUIT": "221 bye", "DATA": "554 no" if refuse else "250 kept"}.get(word, "250 ok"))
                if word == "QUIT":
                    return

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"smtp://127.0.0.1:{server.server_address[1]}", messages
    finally:
        server.shutdown()
        server.server_close()
